import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { FileStateBackend } from "@flujo/core";
import { describe, expect, test } from "vitest";
import { drive } from "./drive.ts";
import { newRun, pathsOf } from "./samples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = temporaryFolder();
const KILLS = 10;

async function driveAndKill(folder: string, afterMs: number): Promise<readonly string[]> {
  const { child, lines, ended } = await drive(folder, "run");
  await wait(afterMs);
  child.kill("SIGKILL");
  expect(await ended).toStrictEqual([null, "SIGKILL"]);
  return lines;
}

describe("A process killed while it drives a run", () => {
  test("leaves everything behind that was acknowledged, in order, and a lease that is free at once", async () => {
    const folder = join(root, "killed");
    const before = new FileStateBackend({ folder });
    await before.createRun(newRun("run"));
    await before[Symbol.asyncDispose]();

    const acknowledged: string[] = [];
    for (let kill = 1; kill <= KILLS; kill++) {
      acknowledged.push(...(await driveAndKill(folder, Math.random() * 60)));

      await using backend = new FileStateBackend({ folder });
      const stored = await pathsOf(backend, "run");
      // What was in flight may be there too: at most the two entries of one turn, for each kill.
      expect(stored.filter((path) => acknowledged.includes(path))).toStrictEqual(acknowledged);
      expect(stored.length - acknowledged.length).toBeLessThanOrEqual(2 * kill);
      expect(await backend.getRun("run")).toMatchObject({ status: "running", driven: false });
      // The child's lease is good for an hour, and its process is gone.
      expect(await backend.acquireLease("run", 60_000)).toStrictEqual({ runId: "run", epoch: 2 * kill });
    }
  });

  test("is seen to be gone by a backend that was open all the while", async () => {
    const folder = join(root, "watched");
    await using backend = new FileStateBackend({ folder });
    await backend.createRun(newRun("run"));
    const { child, ended } = await drive(folder, "run");
    expect((await backend.getRun("run"))?.driven).toBe(true);
    expect(await backend.acquireLease("run", 1_000)).toBeUndefined();
    child.kill("SIGKILL");
    await ended;
    expect((await backend.listRuns()).runs).toMatchObject([{ runId: "run", driven: false }]);
    expect(await backend.acquireLease("run", 1_000)).toMatchObject({ epoch: 2 });
  });
});
