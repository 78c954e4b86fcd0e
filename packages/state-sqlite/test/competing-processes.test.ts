import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const PROGRAM = new URL("./processes/compete-for-lease.ts", import.meta.url).pathname;

interface Competitor {
  readonly child: ChildProcess;
  readonly won: Promise<readonly string[]>;
}

function compete(file: string, startAt: number, runIds: readonly string[]): Competitor {
  const child = spawn(process.execPath, [PROGRAM, file, `${startAt}`, ...runIds], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const won = once(child.stdout, "data").then(([line]) => JSON.parse(String(line)) as string[]);
  const crashed = once(child, "exit").then(([code]): never => {
    throw new Error(`A competitor ended with exit code ${code}`);
  });
  return { child, won: Promise.race([won, crashed]) };
}

describe("Processes that open the same new file at the same moment", () => {
  test("create it once, and give each run's lease to one of them", async () => {
    const file = join(folder, "deep", "in", "contested.db");
    const runIds = Array.from({ length: 30 }, (_, index) => `run ${String(index).padStart(2, "0")}`);
    const startAt = Date.now() + 1_000;
    const competitors = [1, 2, 3].map(() => compete(file, startAt, runIds));
    const won = await Promise.all(competitors.map((competitor) => competitor.won));
    expect(won.flat().toSorted()).toStrictEqual(runIds);

    await using backend = new SqliteStateBackend({ file });
    expect((await backend.listRuns()).runs.every((run) => run.driven)).toBe(true);
    const ended = competitors.map(({ child }) => once(child, "exit"));
    for (const { child } of competitors) child.stdin?.end();
    expect(await Promise.all(ended)).toStrictEqual([
      [0, null],
      [0, null],
      [0, null],
    ]);
    expect((await backend.listRuns()).runs.some((run) => run.driven)).toBe(false);
  }, 30_000);
});
