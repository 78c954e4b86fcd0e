import { Clock, StateBackend } from "@flujo/core/protocols";
import { postgresState } from "@flujo/state-postgres";
import { ManualClock } from "@flujo/testing";
import { container, type DependencyContainer } from "tsyringe";
import { describe, expect, test } from "vitest";
import { newRun } from "./samples.ts";
import { useServer } from "./server/use-server.ts";

const used = useServer();
const resolve = (from: DependencyContainer): StateBackend => from.resolve<StateBackend>(StateBackend);

describe("postgresState", () => {
  test("registers one backend for each container that it is given", async () => {
    const module = postgresState({ ...used.newPlace(), durability: "normal" });
    const [one, other] = [container.createChildContainer(), container.createChildContainer()];
    module(one);
    module(other);
    await using first = resolve(one);
    await using second = resolve(other);
    expect(first.capabilities).toStrictEqual({ durability: "process", sharedBy: "network" });
    expect(resolve(one)).toBe(first);
    expect(second).not.toBe(first);
    await first.createRun(newRun("run"));
    expect(await second.getRun("run")).toMatchObject({ runId: "run" });
    expect(container.isRegistered(StateBackend)).toBe(false);
  });

  test("times leases by the server's clock and not by the container's, unless it is given one", async () => {
    const [containers, options] = [new ManualClock(1_000), new ManualClock(2_000)];
    const updatedAt: (number | undefined)[] = [];
    for (const clock of [undefined, options]) {
      const child = container.createChildContainer();
      child.registerInstance(Clock, containers);
      postgresState({ ...used.newPlace(), ...(clock && { clock }) })(child);
      await using backend = resolve(child);
      await backend.createRun(newRun("run"));
      await backend.acquireLease("run", 1);
      updatedAt.push((await backend.getRun("run"))?.updatedAt);
    }
    expect(updatedAt[0]).toBeGreaterThan(Date.UTC(2026, 0));
    expect(updatedAt[1]).toBe(2_000);
  });
});
