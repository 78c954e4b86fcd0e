import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Flujo, fileState } from "@flujo/core";
import { type Step, step } from "@flujo/dsl";
import { sqliteState } from "@flujo/state-sqlite";
import Database from "better-sqlite3";
import { chainOf } from "./chain-of.ts";
import { micros, ratio, report } from "./report.ts";
import { race } from "./statistics.ts";

const STEPS = 100;

const chain = (): Step<number, number> => chainOf(STEPS, (name) => step(name, async (n: number) => n + 1));

/** What a step costs in a chain of steps that do nothing, beside the least that it could cost. */
export async function benchChain(): Promise<void> {
  await benchMemory();
  await benchSqlite();
  await benchFolder();
}

async function benchMemory(): Promise<void> {
  const RUNS = 50;
  const one = async (n: number): Promise<number> => n + 1;
  const raw = Array.from({ length: STEPS }, () => async (n: number) => n + 1);
  await using flujo = new Flujo(chain());
  await using single = new Flujo(step("one", one));
  const times = await race(
    {
      raw: async () => {
        for (let run = 0; run < RUNS; run++) {
          let value = 0;
          for (const next of raw) value = await next(value);
        }
      },
      flujo: async () => {
        for (let run = 0; run < RUNS; run++) await flujo.run(0);
      },
      single: async () => {
        for (let run = 0; run < RUNS; run++) await single.run(0);
      },
    },
    { rounds: 15, warmup: 5 },
  );
  const perStep = { raw: times.raw / RUNS / STEPS, flujo: times.flujo / RUNS / STEPS };
  report(`A step in a chain of ${STEPS}, in memory (median of 15)`, [
    ["await of a plain function", micros(perStep.raw)],
    ["Flujo, journal in memory", micros(perStep.flujo), `${micros(perStep.flujo - perStep.raw)} over it`],
    ["a run of one step", micros(times.single / RUNS), "what a run costs, and its step"],
  ]);
}

/** Bytes of one journal entry of this chain, roughly: what the bare insert and the bare append write too. */
const ENTRY = JSON.stringify({
  path: "s50",
  kind: "step",
  name: "s50",
  status: "completed",
  output: "51",
  attempts: 1,
  startedAt: Date.now(),
  endedAt: Date.now(),
});

async function benchSqlite(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "flujo-bench-"));
  try {
    for (const durability of ["full", "normal"] as const) {
      await using flujo = new Flujo(chain(), {
        modules: [sqliteState({ file: join(folder, `${durability}.db`), durability })],
      });
      using bare = new BareInserts(join(folder, `${durability}-bare.db`), durability);
      const times = await race(
        {
          bare: () => {
            for (let row = 0; row < STEPS; row++) bare.insert();
          },
          flujo: () => flujo.run(0),
        },
        { rounds: 7 },
      );
      report(`A step in a chain of ${STEPS}, on SQLite, durability "${durability}" (median of 7)`, [
        ["bare insert, one a transaction", micros(times.bare / STEPS)],
        ["Flujo", micros(times.flujo / STEPS), `${ratio(times.flujo, times.bare)} the bare insert`],
      ]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The physical limit: the same bytes written to the same disk, each row durable before the next. */
class BareInserts implements Disposable {
  readonly #database: Database.Database;
  readonly #insert: Database.Statement;
  #row = 0;

  constructor(file: string, durability: "full" | "normal") {
    this.#database = new Database(file);
    this.#database.pragma("journal_mode = WAL");
    this.#database.pragma(`synchronous = ${durability}`);
    this.#database.exec(
      "CREATE TABLE entries (run TEXT, row INTEGER, body TEXT, PRIMARY KEY (run, row)) WITHOUT ROWID",
    );
    this.#insert = this.#database.prepare("INSERT INTO entries VALUES (?, ?, ?)");
  }

  insert(): void {
    this.#insert.run("run", this.#row++, ENTRY);
  }

  [Symbol.dispose](): void {
    this.#database.close();
  }
}

async function benchFolder(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "flujo-bench-"));
  try {
    for (const durability of ["full", "normal"] as const) {
      await using flujo = new Flujo(chain(), {
        modules: [fileState({ folder: join(folder, durability), durability })],
      });
      using bare = new BareAppends(join(folder, `${durability}-bare`), durability);
      const times = await race(
        {
          bare: () => {
            for (let row = 0; row < STEPS; row++) bare.append();
          },
          flujo: () => flujo.run(0),
        },
        { rounds: 7 },
      );
      report(`A step in a chain of ${STEPS}, in a folder, durability "${durability}" (median of 7)`, [
        [durability === "full" ? "bare append and fdatasync" : "bare append", micros(times.bare / STEPS)],
        ["Flujo", micros(times.flujo / STEPS), `${ratio(times.flujo, times.bare)} the bare append`],
      ]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The physical limit: the same bytes at the end of one open file, each durable before the next. */
class BareAppends implements Disposable {
  readonly #descriptor: number;
  readonly #synced: boolean;

  constructor(file: string, durability: "full" | "normal") {
    this.#descriptor = openSync(file, "a");
    this.#synced = durability === "full";
  }

  append(): void {
    writeSync(this.#descriptor, ENTRY);
    if (this.#synced) fdatasyncSync(this.#descriptor);
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}
