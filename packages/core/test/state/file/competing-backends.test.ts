import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ENDING, openQuick, pathsOf } from "./samples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = temporaryFolder();

describe("Backends on one folder", () => {
  test("show what one wrote to the other, and fence between them", async () => {
    let now = 0;
    const options = { clock: { now: () => now } };
    await using one = openQuick(join(root, "two"), options);
    await using other = openQuick(join(root, "two"), options);
    const run = { runId: "run", pipeline: "p", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0 };
    expect(await one.createRun(run)).toBe(true);
    expect(await other.createRun(run)).toBe(false);
    const lost = (await one.acquireLease("run", 1_000)) ?? { runId: "", epoch: 0 };
    expect(await other.acquireLease("run", 1_000)).toBeUndefined();
    expect((await other.getRun("run"))?.driven).toBe(true);
    expect(await other.putSignal("run", { path: "approve", value: "1", at: 0 })).toBe(true);
    expect(await one.putSignal("run", { path: "approve", value: "2", at: 0 })).toBe(false);
    now = 1_000;
    expect(await other.acquireLease("run", 1_000)).toMatchObject({ epoch: 2 });
    await expect(one.appendEntries(lost, [])).rejects.toMatchObject({ code: "lease_lost" });
    expect(await one.renewLease(lost, 1_000)).toBe(false);
    expect(await pathsOf(one, "run")).toStrictEqual([]);
  });

  test("list what the other created and ended since", async () => {
    const folder = join(root, "listed");
    await using one = openQuick(folder);
    await using other = openQuick(folder);
    const run = { pipeline: "p", plan: "{}", input: "1", context: "{}", tags: {} };
    await other.createRun({ ...run, runId: "1", createdAt: 1 });
    const ids = async (): Promise<readonly string[]> =>
      (await one.listRuns({ status: ["running"] })).runs.map(({ runId }) => runId);
    expect(await ids()).toStrictEqual(["1"]);
    await other.createRun({ ...run, runId: "2", createdAt: 2 });
    expect(await ids()).toStrictEqual(["2", "1"]);
    const held = (await other.acquireLease("1", 1_000)) ?? { runId: "", epoch: 0 };
    await other.endRun(held, ENDING);
    expect((await one.listRuns({ status: ["completed"] })).runs).toMatchObject([{ runId: "1" }]);
    expect(await ids()).toStrictEqual(["2"]);
  });

  test("give back their own leases when they are disposed of, those just asked for included, and nobody else's", async () => {
    const folder = join(root, "disposed");
    const one = openQuick(folder);
    await using other = openQuick(folder);
    for (const [backend, runId] of [
      [one, "its own"],
      [other, "another's"],
    ] as const) {
      await backend.createRun({ runId, pipeline: "p", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0 });
    }
    await other.acquireLease("another's", 60_000);
    const asked = one.acquireLease("its own", 60_000);
    await one[Symbol.asyncDispose]();
    expect(await asked).toMatchObject({ epoch: 1 });
    expect((await other.getRun("its own"))?.driven).toBe(false);
    expect((await other.getRun("another's"))?.driven).toBe(true);
  });
});
