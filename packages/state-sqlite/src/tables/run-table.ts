import type { NewRun, ResolvedRunRetention, RunEnding, RunPage, RunQuery, RunRecord } from "@flujo/core/protocols";
import type { Database, Statement } from "better-sqlite3";
import { isHeld } from "./lease-table.ts";
import { checkLimit, cursorAfter, type RunKeysSql, retentionToSql, runQueryToSql } from "./run-query.ts";
import {
  BEGINNING_TEXTS,
  ENDING_TEXTS,
  endingToRow,
  newRunToRow,
  type RunRow,
  runFromRow,
  type TagRow,
} from "./run-row.ts";
import { storable } from "./storable.ts";
import { OF_RUN, type TextTable } from "./text-table.ts";
import { USAGE_COLUMNS } from "./usage-columns.ts";

/** Of more runs than these, it does not matter by which filter they are found. */
const WORTH_COUNTING = 1_000;
const NEWEST_FIRST = "ORDER BY created_at DESC, run_id DESC";

/**
 * CROSS JOIN is how SQLite is told to begin with the keys.
 *
 * @param which - a SELECT for the keys of the runs, which limits them before any of their large texts is read
 */
function selectRuns(which: string): string {
  return `
    SELECT runs.*, plan, input, context, output, error, final_context, awaiting
    FROM (${which}) AS wanted
    CROSS JOIN runs ON runs.id = wanted.id
    JOIN run_beginnings ON run_beginnings.run = runs.id
    LEFT JOIN run_endings ON run_endings.run = runs.id
    ${NEWEST_FIRST}`;
}

/** Runs, from beginning to end: `runs`, `run_beginnings`, `run_endings` and `run_tags`. */
export class RunTable {
  readonly #database: Database;
  readonly #texts: TextTable;
  readonly #insertRun: Statement<[object]>;
  readonly #insertBeginning: Statement<[object]>;
  readonly #insertTag: Statement<[object]>;
  readonly #selectRun: Statement<[string], RunRow>;
  readonly #selectTags: Statement<[bigint], TagRow>;
  readonly #updateEnd: Statement<[object]>;
  readonly #upsertEnding: Statement<[object]>;
  readonly #delete: Statement<[bigint, number]>;
  /** By its SQL: one for each combination of filters that was asked for. */
  readonly #queries = new Map<string, Statement>();

  constructor(database: Database, texts: TextTable) {
    this.#database = database;
    this.#texts = texts;
    this.#insertRun = database.prepare(`
      INSERT INTO runs (run_id, pipeline, status, created_at, updated_at)
      VALUES (@run_id, @pipeline, 'running', @created_at, @created_at)
      ON CONFLICT (run_id) DO NOTHING`);
    this.#insertBeginning = database.prepare(`
      INSERT INTO run_beginnings (run, plan, input, context) VALUES (@run, @plan, @input, @context)`);
    this.#insertTag = database.prepare(
      "INSERT INTO run_tags (run, name, value, created_at) VALUES (@run, @name, @value, @created_at)",
    );
    // The plus is all that keeps SQLite from planning the whole join anew for each id, which takes ten times as long as to answer it.
    this.#selectRun = database
      .prepare<[string], RunRow>(selectRuns("SELECT id FROM runs WHERE run_id = +?"))
      .safeIntegers();
    this.#selectTags = database.prepare("SELECT name, value FROM run_tags WHERE run = ?");
    this.#updateEnd = database.prepare(`
      UPDATE runs
      SET status = @status, ended_at = @ended_at, updated_at = @ended_at,
          ${USAGE_COLUMNS.map((column) => `${column} = @${column}`).join(", ")}
      WHERE id = @run`);
    this.#upsertEnding = database.prepare(`
      INSERT OR REPLACE INTO run_endings (run, output, error, final_context, awaiting)
      VALUES (@run, @output, @error, @final_context, @awaiting)`);
    // A key may be another run's by now.
    this.#delete = database.prepare(
      "DELETE FROM runs WHERE id = ? AND status IN ('completed', 'failed', 'cancelled') AND ended_at < ?",
    );
  }

  /** The new run's key; undefined if the id is taken. */
  insert(newRun: NewRun): bigint | undefined {
    const row = storable(newRunToRow(newRun));
    const { changes, lastInsertRowid } = this.#insertRun.run(row);
    if (changes === 0) return undefined;
    const run = BigInt(lastInsertRowid);
    this.#insertBeginning.run({ run, ...this.#keptApart(run, row, BEGINNING_TEXTS) });
    for (const [name, value] of Object.entries(newRun.tags)) {
      this.#insertTag.run(storable({ run, name, value, created_at: newRun.createdAt }));
    }
    return run;
  }

  find(runId: string, now: number): RunRecord | undefined {
    const row = this.#selectRun.get(runId);
    return row && this.#record(row, now);
  }

  list(query: RunQuery, now: number): RunPage {
    const limit = checkLimit(query.limit);
    const { sql, parameters } = runQueryToSql(query, limit + 1, (counted) => this.#count(counted));
    const rows = this.#prepared<RunRow>(selectRuns(sql)).all(...parameters);
    const runs = rows.slice(0, limit).map((row) => this.#record(row, now));
    const last = runs.at(-1);
    return rows.length > limit && last ? { runs, next: cursorAfter(last) } : { runs };
  }

  /** Stores how a run ended or paused, in place of what an earlier pause stored. */
  end(run: bigint, ending: RunEnding): void {
    const row = storable({ run, ...endingToRow(ending) });
    this.#updateEnd.run(row);
    for (const name of ENDING_TEXTS) this.#texts.release(run, name);
    this.#upsertEnding.run(this.#keptApart(run, row, ENDING_TEXTS));
  }

  /** The keys of runs that are not kept any longer, those first that ended first. */
  past(retention: ResolvedRunRetention, most: number): readonly bigint[] {
    const { sql, parameters } = retentionToSql(retention, most);
    return this.#prepared<{ readonly id: bigint }>(sql)
      .all(...parameters)
      .map(({ id }) => id);
  }

  /**
   * Deletes those that are there still, with all that is kept of them.
   *
   * @returns how many
   */
  delete(runs: readonly bigint[], endedBefore: number): number {
    let deleted = 0;
    for (const run of runs) {
      const texts = this.#texts.usedBy(run);
      deleted += this.#delete.run(run, endedBefore).changes;
      this.#texts.prune(texts);
    }
    return deleted;
  }

  /** The row with empty texts in place of those that are kept apart. */
  #keptApart<Name extends keyof RunRow, Row extends { readonly [Column in Name]: string | null }>(
    run: bigint,
    row: Row,
    names: readonly Name[],
  ): Row {
    const apart = names.filter((name) => this.#texts.isApart(row[name], name === "plan"));
    for (const name of apart) this.#texts.keep(run, OF_RUN, name, row[name] as string);
    return apart.length === 0 ? row : { ...row, ...Object.fromEntries(apart.map((name) => [name, ""])) };
  }

  #record(row: RunRow, now: number): RunRecord {
    return runFromRow(this.#texts.restoreRun(row.id, row), this.#selectTags.all(row.id), isHeld(row, now));
  }

  /** Up to a number that is worth walking through. */
  #count({ sql, parameters }: RunKeysSql): number {
    const counted = this.#prepared<{ readonly count: bigint }>(
      `SELECT count(*) AS count FROM (${sql} LIMIT ${WORTH_COUNTING})`,
    );
    return Number(counted.get(...parameters)?.count ?? 0);
  }

  #prepared<Row>(sql: string): Statement<unknown[], Row> {
    const known = this.#queries.get(sql) ?? this.#database.prepare(sql).safeIntegers();
    this.#queries.set(sql, known);
    return known as Statement<unknown[], Row>;
  }
}
