import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { PostgresStateBackend } from "@flujo/state-postgres";
import { describe, expect, test } from "vitest";
import { type Place, useServer } from "./server/use-server.ts";

const used = useServer();
const PROGRAM = new URL("./processes/compete-for-lease.ts", import.meta.url).pathname;

interface Competitor {
  readonly child: ChildProcess;
  readonly won: Promise<readonly string[]>;
}

function compete({ connectionString, schema }: Place, startAt: number, runIds: readonly string[]): Competitor {
  const child = spawn(process.execPath, [PROGRAM, connectionString, schema, `${startAt}`, ...runIds], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const won = once(child.stdout, "data").then(([line]) => JSON.parse(String(line)) as string[]);
  const crashed = once(child, "exit").then(([code]): never => {
    throw new Error(`A competitor ended with exit code ${code}`);
  });
  return { child, won: Promise.race([won, crashed]) };
}

describe("Processes that begin with a new schema at the same moment", () => {
  test("create it once, and of 100 of them that ask for a run's lease one gets it", async () => {
    const place = used.newPlace();
    const runIds = Array.from({ length: 10 }, (_, index) => `run ${index}`);
    const startAt = Date.now() + 1_500;
    const competitors = [1, 2, 3, 4].map(() => compete(place, startAt, runIds));
    const won = await Promise.all(competitors.map((competitor) => competitor.won));
    expect(won.flat().toSorted()).toStrictEqual(runIds);
    expect(await used.query(`SELECT version FROM "${place.schema}".flujo_format`)).toStrictEqual([{ version: 1 }]);

    await using backend = new PostgresStateBackend(place);
    expect((await backend.listRuns()).runs.every((run) => run.driven)).toBe(true);
    const ended = competitors.map(({ child }) => once(child, "exit"));
    for (const { child } of competitors) child.stdin?.end();
    expect(await Promise.all(ended)).toStrictEqual(Array(4).fill([0, null]));
    expect((await backend.listRuns()).runs.some((run) => run.driven)).toBe(false);
  });
});
