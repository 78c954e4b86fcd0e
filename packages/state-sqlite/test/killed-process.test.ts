import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import { describe, expect, test } from "vitest";
import { newRun } from "./new-run.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const PROGRAM = new URL("./processes/append-entries.ts", import.meta.url).pathname;
const KILLS = 10;

/** Drives the run in a process of its own, kills that in the midst of it, and returns the paths that were acknowledged. */
async function driveAndKill(file: string, runId: string, afterMs: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [PROGRAM, file, runId], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged: string[] = [];
  const lines = createInterface(child.stdout);
  const began = once(lines, "line");
  lines.on("line", (line) => acknowledged.push(line));
  await began;
  setTimeout(() => child.kill("SIGKILL"), afterMs);
  const [exit] = await Promise.all([once(child, "exit"), once(lines, "close")]);
  expect(exit).toStrictEqual([null, "SIGKILL"]);
  return acknowledged;
}

describe("A process killed while it drives a run", () => {
  test("leaves everything behind that was acknowledged, in order, and a lease that is free at once", async () => {
    const file = join(folder, "killed.db");
    const before = new SqliteStateBackend({ file });
    await before.createRun(newRun("run"));
    await before[Symbol.asyncDispose]();

    const acknowledged: string[] = [];
    for (let kill = 1; kill <= KILLS; kill++) {
      const paths = await driveAndKill(file, "run", Math.random() * 60);
      expect(paths.length).toBeGreaterThan(0);
      acknowledged.push(...paths);

      await using backend = new SqliteStateBackend({ file });
      const stored = (await backend.readEntries("run")).map((entry) => entry.path);
      // What was in flight may be there too: at most the two entries of one turn, for each kill.
      expect(stored.filter((path) => acknowledged.includes(path))).toStrictEqual(acknowledged);
      expect(stored.length - acknowledged.length).toBeLessThanOrEqual(2 * kill);
      expect(await backend.getRun("run")).toMatchObject({ status: "running", driven: false });
      // The child's lease is good for an hour, and its process is gone.
      expect(await backend.acquireLease("run", 60_000)).toStrictEqual({ runId: "run", epoch: 2 * kill });
    }
  }, 60_000);

  test("is seen to be gone by a backend that was open all the while", async () => {
    const file = join(folder, "watched.db");
    await using backend = new SqliteStateBackend({ file });
    await backend.createRun(newRun("run"));
    const driving = driveAndKill(file, "run", 50);
    await expect.poll(async () => (await backend.getRun("run"))?.driven, { timeout: 20_000 }).toBe(true);
    expect(await backend.acquireLease("run", 1_000)).toBeUndefined();
    await driving;
    expect((await backend.listRuns()).runs).toMatchObject([{ runId: "run", driven: false }]);
    expect(await backend.acquireLease("run", 1_000)).toMatchObject({ epoch: 2 });
  });
});
