import { join } from "node:path";
import { Clock, StateBackend } from "@flujo/core/protocols";
import { SqliteStateBackend, sqliteState } from "@flujo/state-sqlite";
import { ManualClock } from "@flujo/testing";
import { container, type DependencyContainer } from "tsyringe";
import { describe, expect, test } from "vitest";
import { newRun } from "./new-run.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const resolve = (from: DependencyContainer): StateBackend => from.resolve<StateBackend>(StateBackend);

describe("sqliteState", () => {
  test("registers one backend for each container that it is given", async () => {
    const module = sqliteState({ file: join(folder, "shared.db"), durability: "normal" });
    const [one, other] = [container.createChildContainer(), container.createChildContainer()];
    module(one);
    module(other);
    await using first = resolve(one);
    await using second = resolve(other);
    expect(first.capabilities).toStrictEqual({ durability: "process", sharedBy: "host" });
    expect(resolve(one)).toBe(first);
    expect(second).not.toBe(first);
    await first.createRun(newRun("run"));
    expect(await second.getRun("run")).toMatchObject({ runId: "run" });
    expect(container.isRegistered(StateBackend)).toBe(false);
  });

  test("times leases by the container's clock, unless it is given one", async () => {
    const [containers, options] = [new ManualClock(1_000), new ManualClock(2_000)];
    for (const [given, expected] of [
      [undefined, containers],
      [options, options],
    ] as const) {
      const child = container.createChildContainer();
      child.registerInstance(Clock, containers);
      const file = join(folder, `clock ${expected.now()}.db`);
      sqliteState(given ? { file, clock: given } : { file })(child);
      await using backend = resolve(child);
      await backend.createRun(newRun("run"));
      await backend.acquireLease("run", 1);
      expect((await backend.getRun("run"))?.updatedAt).toBe(expected.now());
    }
  });

  test("opens no file before the backend is needed, and checks its options at once", () => {
    sqliteState({ file: join(folder, "a file.db", "in a file.db") })(container.createChildContainer());
    expect(() => sqliteState({ file: "" })).toThrow(
      expect.objectContaining({ code: "invalid_option", option: "file" }),
    );
  });
});

test("sqliteState and the backend refuse options that nobody knows", () => {
  const misspelt = { file: "never-made.db", durabilty: "normal" } as never;
  const refused = expect.objectContaining({ code: "invalid_option", option: "sqliteState.durabilty" });
  expect(() => sqliteState(misspelt)).toThrow(refused);
  expect(() => new SqliteStateBackend(misspelt)).toThrow(refused);
});
