import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Flujo } from "@flujo/core";
import { type Step, step } from "@flujo/dsl";
import { sqliteState } from "@flujo/state-sqlite";
import Database from "better-sqlite3";
import { chainOf } from "./chain-of.ts";
import { bytes, micros, ratio, report } from "./report.ts";
import { race } from "./statistics.ts";

type Durability = "full" | "normal";

const STEPS = 100;
const RUNS = 100;
const ROUNDS = 7;
/** What a step gives: a kilobyte, of which no two are the same. */
const OUTPUT_BYTES = 1_000;

/**
 * What a durable step costs, held against what the disk and SQLite take for the same bytes: a bare loop that commits each row by itself, for a
 * run that is alone, and one of 100 rows a transaction, for 100 runs at once.
 */
export async function benchDurable(): Promise<void> {
  for (const durability of ["full", "normal"] as const) await benchAt(durability);
}

async function benchAt(durability: Durability): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "flujo-durable-"));
  try {
    const rowBytes = await bytesOfRow(join(folder, "sample.db"));
    const bare = bareLoop(join(folder, "bare.db"), durability, rowBytes);
    await using flujo = runner(join(folder, "runs.db"), durability);
    const times = await race(
      {
        bareSingle: () => bare.write(STEPS, 1),
        one: () => flujo.run(""),
        bareBatched: () => bare.write(STEPS * RUNS, RUNS),
        hundred: () => Promise.all(Array.from({ length: RUNS }, () => flujo.run(""))),
      },
      { rounds: ROUNDS },
    );
    bare.close();
    const single = times.bareSingle / STEPS;
    const one = times.one / STEPS;
    const batched = times.bareBatched / STEPS / RUNS;
    const hundred = times.hundred / STEPS / RUNS;
    report(
      `A step that is recorded in SQLite, "${durability}", with ${bytes(rowBytes)} to keep (median of ${ROUNDS})`,
      [
        ["bare insert, each its own transaction", micros(single), perSecond(single)],
        ["one run", micros(one), `${perSecond(one)}; ${ratio(one, single)} the bare insert's time (aim: 1.5)`],
        [`bare inserts, ${RUNS} a transaction`, micros(batched), perSecond(batched)],
        [
          `${RUNS} runs at once`,
          micros(hundred),
          `${perSecond(hundred)}; ${ratio(batched, hundred)} the bare loop's rate (aim: 0.8)`,
        ],
      ],
    );
    if (durability === "full") await reportSize(join(folder, "size.db"), rowBytes);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function runner(file: string, durability: Durability): Flujo<string, string> {
  return new Flujo(chainOf(STEPS, textStep), { modules: [sqliteState({ file, durability })] });
}

let made = 0;
function textStep(name: string): Step<string, string> {
  return step(name, async (_: string) => `${made++} `.padEnd(OUTPUT_BYTES, "x"));
}

/** What a step's row holds, as text and numbers: what a bare loop has to write to have written as much. */
async function bytesOfRow(file: string): Promise<number> {
  {
    await using flujo = runner(file, "normal");
    await flujo.run("");
  }
  const database = new Database(file, { readonly: true });
  const size = database
    .prepare(
      `SELECT avg(length(CAST(path AS BLOB)) + length(kind) + length(CAST(name AS BLOB)) + length(status)
         + length(CAST(output AS BLOB)) + 3 * 8) FROM journal_entries`,
    )
    .pluck()
    .get() as number;
  database.close();
  return Math.round(size);
}

interface BareLoop {
  readonly write: (rows: number, together: number) => void;
  readonly close: () => void;
}

function bareLoop(file: string, durability: Durability, rowBytes: number): BareLoop {
  const database = new Database(file);
  database.pragma("journal_mode = WAL");
  database.pragma(`synchronous = ${durability}`);
  database.exec("CREATE TABLE rows (id INTEGER PRIMARY KEY, content TEXT NOT NULL) STRICT");
  const insert = database.prepare("INSERT INTO rows (content) VALUES (?)");
  const insertAll = database.transaction((count: number) => {
    for (let at = 0; at < count; at++) insert.run(`${made++} `.padEnd(rowBytes, "x"));
  });
  return {
    write: (rows, together) => {
      for (let done = 0; done < rows; done += together) insertAll(together);
    },
    close: () => database.close(),
  };
}

/** What the database grows by for each step, once its log has been written back. */
async function reportSize(file: string, rowBytes: number): Promise<void> {
  const sizeAfter = async (runs: number): Promise<number> => {
    await using flujo = runner(file, "normal");
    for (let run = 0; run < runs; run++) await flujo.run("");
    await flujo[Symbol.asyncDispose]();
    return statSync(file).size;
  };
  const before = await sizeAfter(10);
  const perStep = ((await sizeAfter(100)) - before) / 100 / STEPS;
  report("Size of the database", [
    ["for each step", bytes(perStep), `${ratio(perStep, rowBytes)} what it has to keep`],
  ]);
}

const perSecond = (ms: number): string => `${Math.round(1_000 / ms).toLocaleString("en")} a second`;
