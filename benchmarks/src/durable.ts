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
 * run that is alone, and one of 100 rows a transaction, for 100 runs at once. Beside that stands a loop that keeps what a journal has to keep: the same
 * columns, pages of the same size, and an index by which a run's rows are found and no path is taken twice. What Flujo takes above that is its own.
 */
export async function benchDurable(): Promise<void> {
  for (const durability of ["full", "normal"] as const) await benchAt(durability);
}

async function benchAt(durability: Durability): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "flujo-durable-"));
  try {
    const rowBytes = await bytesOfRow(join(folder, "sample.db"));
    const bare = bareLoop(join(folder, "bare.db"), durability, contentOf(rowBytes));
    const journal = bareLoop(join(folder, "journal.db"), durability, JOURNAL);
    await using flujo = runner(join(folder, "runs.db"), durability);
    const times = await race(
      {
        bareSingle: () => bare.write(STEPS, 1),
        one: () => flujo.run(""),
        bareBatched: () => bare.write(STEPS * RUNS, RUNS),
        journalBatched: () => journal.write(STEPS * RUNS, RUNS),
        hundred: () => Promise.all(Array.from({ length: RUNS }, () => flujo.run(""))),
      },
      { rounds: ROUNDS },
    );
    bare.close();
    journal.close();
    const single = times.bareSingle / STEPS;
    const one = times.one / STEPS;
    const batched = times.bareBatched / STEPS / RUNS;
    const indexed = times.journalBatched / STEPS / RUNS;
    const hundred = times.hundred / STEPS / RUNS;
    report(
      `A step that is recorded in SQLite, "${durability}", with ${bytes(rowBytes)} to keep (median of ${ROUNDS})`,
      [
        ["bare insert, each its own transaction", micros(single), perSecond(single)],
        ["one run", micros(one), `${perSecond(one)}; ${ratio(one, single)} the bare insert's time (aim: 1.5)`],
        [`bare inserts, ${RUNS} a transaction`, micros(batched), perSecond(batched)],
        [
          "the same in a journal's columns and index",
          micros(indexed),
          `${perSecond(indexed)}; ${ratio(batched, indexed)} the bare loop's rate`,
        ],
        [
          `${RUNS} runs at once`,
          micros(hundred),
          `${perSecond(hundred)}; ${ratio(batched, hundred)} the bare loop's rate (aim: 0.8), ${ratio(indexed, hundred)} the journal's`,
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

/** A table `rows`, and what a loop puts into it. */
interface BareTable {
  readonly sql: string;
  /** The values of all columns but the key, of one of the rows that are committed together. */
  readonly valuesOf: (commit: number, row: number) => readonly (string | number)[];
}

function contentOf(rowBytes: number): BareTable {
  return {
    sql: "CREATE TABLE rows (id INTEGER PRIMARY KEY, content TEXT NOT NULL) STRICT",
    valuesOf: () => [`${made++} `.padEnd(rowBytes, "x")],
  };
}

/** {@link RUNS} runs, each of which has its next step in each commit, and begins anew once it has had all of {@link STEPS}. */
const JOURNAL: BareTable = {
  sql: `
    PRAGMA page_size = 8192;
    CREATE TABLE rows (
      id INTEGER PRIMARY KEY, run INTEGER NOT NULL, path TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL,
      attempts INTEGER NOT NULL, started_at REAL NOT NULL, ended_at REAL NOT NULL, output TEXT, UNIQUE (run, path)
    ) STRICT`,
  valuesOf: (commit, row) => {
    const run = Math.floor(commit / STEPS) * RUNS + row;
    const name = `s${commit % STEPS}`;
    const output = `"${`${made++} `.padEnd(OUTPUT_BYTES, "x")}"`;
    return [run, name, "function", name, "completed", 1, Date.now(), Date.now(), output];
  },
};

interface BareLoop {
  readonly write: (rows: number, together: number) => void;
  readonly close: () => void;
}

function bareLoop(file: string, durability: Durability, { sql, valuesOf }: BareTable): BareLoop {
  const database = new Database(file);
  database.exec(sql);
  database.pragma("journal_mode = WAL");
  database.pragma(`synchronous = ${durability}`);
  const columns = (database.pragma("table_info(rows)") as readonly { readonly name: string }[]).slice(1);
  const insert = database.prepare(
    `INSERT INTO rows (${columns.map(({ name }) => name).join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
  );
  let commits = 0;
  const insertAll = database.transaction((count: number) => {
    for (let row = 0; row < count; row++) insert.run(...valuesOf(commits, row));
    commits++;
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
