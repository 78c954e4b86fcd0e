import type { Lease, NewRun, RunEnding, RunPage, RunQuery, RunRecord } from "@flujo/core/protocols";
import type { Session } from "../connection/session.ts";
import { type Statement, statement } from "../connection/statement.ts";
import { ENTRY_RECORDSET, insertEntries } from "./append-statement.ts";
import { type SentEntries, sentRows } from "./journal-table.ts";
import { isOwnerGone, leaseTime } from "./lease-table.ts";
import { cursorAfter, runQueryToSql } from "./run-query.ts";
import { type RunRow, runFromRow } from "./run-row.ts";
import { putSharedTexts, TextPlacer, textOf } from "./shared-texts.ts";
import { storable } from "./storable.ts";
import { tagsToJson } from "./tags.ts";
import { USAGE_COLUMNS, usageToRow } from "./usage-columns.ts";

const NEWEST_FIRST = "ORDER BY created_at DESC, run_id DESC";
const USAGE = Object.keys(USAGE_COLUMNS);

/** Runs, from beginning to end: `runs`, `run_beginnings` and `run_endings`. */
export class RunTable {
  readonly #s: string;
  readonly #sharedTextLength: number;
  readonly #insert: Statement<object>;
  readonly #isOwn: Statement<object>;
  readonly #end: Statement<object>;
  readonly #isOwnEnding: Statement<object>;
  readonly #selectRun: Statement<RunRow>;
  /** By its SQL: one for each combination of filters that was asked for. */
  readonly #listings = new Map<string, Statement<RunRow>>();

  /** @param s - the quoted name of the schema */
  constructor(s: string, sharedTextLength: number) {
    this.#s = s;
    this.#sharedTextLength = sharedTextLength;
    this.#insert = statement(insertStatement(s));
    this.#isOwn = statement(`SELECT FROM ${s}.runs WHERE run_id = $1 AND creation_id = $2`);
    this.#end = statement(endStatement(s));
    this.#isOwnEnding = statement(`
      SELECT FROM ${s}.run_endings WHERE run = (SELECT id FROM ${s}.runs WHERE run_id = $1) AND write_id = $2`);
    this.#selectRun = statement(this.#selectRuns("WHERE run_id = $1", "$2"));
  }

  /**
   * False if the id is taken.
   *
   * @param creationId - of this call: repeated, it finds its own run, and counts as done
   */
  async insert(session: Session, run: NewRun, history: SentEntries, creationId: string): Promise<boolean> {
    const placer = new TextPlacer(this.#sharedTextLength);
    const [plan, input, context] = (["plan", "input", "context"] as const).map((name) =>
      placer.place(storable(run[name], name)),
    );
    const runId = storable(run.runId, "runId");
    const created = await session.query(this.#insert, [
      runId,
      storable(run.pipeline, "pipeline"),
      run.createdAt,
      creationId,
      tagsToJson(run.tags),
      ...[plan, input, context].flatMap((placed) => [placed?.text, placed?.hash]),
      JSON.stringify(sentRows([history])),
      JSON.stringify([...placer.shared, ...history.texts].map((text) => ({ write: 0, ...text }))),
    ]);
    return created.length > 0 || (await session.query(this.#isOwn, [runId, creationId])).length > 0;
  }

  async find(session: Session, runId: string, now: number | undefined): Promise<RunRecord | undefined> {
    const [row] = await session.query(this.#selectRun, [storable(runId, "runId"), now ?? null]);
    return row && record(row);
  }

  async list(session: Session, query: RunQuery, now: number | undefined): Promise<RunPage> {
    const { where, parameters, limit } = runQueryToSql(query);
    const [forLimit, forNow] = [`$${parameters.length + 1}`, `$${parameters.length + 2}`];
    const sql = this.#selectRuns(`${where} ${NEWEST_FIRST} LIMIT ${forLimit}`, forNow);
    const rows = await session.query(this.#listing(sql), [...parameters, limit + 1, now ?? null]);
    const runs = rows.slice(0, limit).map(record);
    const last = runs.at(-1);
    return rows.length > limit && last ? { runs, next: cursorAfter(last) } : { runs };
  }

  /**
   * Stores how a run ended or paused, in place of what an earlier pause stored, and gives its lease back. False,
   * and nothing is done, if the lease is not the run's newest.
   *
   * @param writeId - of this call: repeated, it finds its own ending, and counts as done
   */
  async end(session: Session, lease: Lease, ending: RunEnding, writeId: string): Promise<boolean> {
    const placer = new TextPlacer(this.#sharedTextLength);
    const place = (text: string | undefined, what: string) =>
      placer.place(text === undefined ? null : storable(text, what));
    const texts = [
      place(ending.output, "output"),
      place(ending.error, "error"),
      place(ending.finalContext, "finalContext"),
    ];
    const runId = storable(lease.runId, "runId");
    const ended = await session.query(this.#end, [
      runId,
      lease.epoch,
      ending.status,
      ending.endedAt,
      writeId,
      ...texts.flatMap(({ text, hash }) => [text, hash]),
      JSON.stringify(ending.awaiting),
      JSON.stringify(placer.shared.map((text) => ({ write: 0, ...text }))),
      ...Object.values(usageToRow(ending.usage)),
    ]);
    return ended.length > 0 || (await session.query(this.#isOwnEnding, [runId, writeId])).length > 0;
  }

  /**
   * @param which - what comes after `FROM runs` in a SELECT for those that are wanted: they are found before any of their large texts is read
   * @param now - SQL for the time by which leases are told to be over
   */
  #selectRuns(which: string, now: string): string {
    const s = this.#s;
    const texts = ["plan", "input", "context", "output", "error", "final_context"].map((column) => textOf(s, column));
    return `
      SELECT run_id, pipeline, status, tags::text AS tags, created_at, updated_at, ended_at, ${USAGE.join(", ")},
             lease_owner, lease_expires_at > ${leaseTime(now)} AS leased, ${texts.join(", ")}, awaiting
      FROM (SELECT * FROM ${s}.runs ${which}) AS wanted
      JOIN ${s}.run_beginnings ON run_beginnings.run = wanted.id
      LEFT JOIN ${s}.run_endings ON run_endings.run = wanted.id
      ${NEWEST_FIRST}`;
  }

  #listing(sql: string): Statement<RunRow> {
    const known = this.#listings.get(sql);
    if (known) return known;
    const listing = statement<RunRow>(sql);
    this.#listings.set(sql, listing);
    return listing;
  }
}

/** One row if the run is new, with its history and its texts; none, and nothing is done, if the id is taken. */
function insertStatement(s: string): string {
  return `
    WITH created AS MATERIALIZED (
      INSERT INTO ${s}.runs (run_id, pipeline, status, created_at, updated_at, creation_id, tags)
      VALUES ($1, $2, 'running', $3, $3, $4, $5)
      ON CONFLICT DO NOTHING
      RETURNING id
    ), accepted AS MATERIALIZED (
      SELECT 0 AS write, id AS run, $4::uuid AS write_id FROM created
    ), begun AS (
      INSERT INTO ${s}.run_beginnings (run, plan, plan_hash, input, input_hash, context, context_hash)
      SELECT id, $6, decode($7, 'hex'), $8, decode($9, 'hex'), $10, decode($11, 'hex') FROM created
    ), entry AS MATERIALIZED (
      SELECT * FROM json_to_recordset($12) AS entry (${ENTRY_RECORDSET})
    ), ${insertEntries(s)}, ${putSharedTexts(s, "$13", "accepted")}
    SELECT FROM created`;
}

/** One row if the run ended; none, and nothing is done, if the lease is not its newest. */
function endStatement(s: string): string {
  return `
    WITH ended AS MATERIALIZED (
      UPDATE ${s}.runs
      SET status = $3, ended_at = $4, updated_at = $4, lease_owner = NULL, lease_expires_at = NULL,
          ${USAGE.map((column, index) => `${column} = $${index + 14}`).join(", ")}
      WHERE run_id = $1 AND lease_epoch = $2 AND lease_owner IS NOT NULL
      RETURNING id AS run, 0 AS write
    ), noted AS (
      INSERT INTO ${s}.run_endings
        (run, write_id, output, output_hash, error, error_hash, final_context, final_context_hash, awaiting)
      SELECT run, $5, $6, decode($7, 'hex'), $8, decode($9, 'hex'), $10, decode($11, 'hex'), $12 FROM ended
      ON CONFLICT (run) DO UPDATE
      SET (write_id, output, output_hash, error, error_hash, final_context, final_context_hash, awaiting) =
        (excluded.write_id, excluded.output, excluded.output_hash, excluded.error, excluded.error_hash,
         excluded.final_context, excluded.final_context_hash, excluded.awaiting)
    ), ${putSharedTexts(s, "$13", "ended")}
    SELECT FROM ended`;
}

function record(row: RunRow): RunRecord {
  return runFromRow(row, row.lease_owner !== null && row.leased === true && !isOwnerGone(row.lease_owner));
}
