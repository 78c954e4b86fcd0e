import type {
  Lease,
  NewRun,
  ResolvedRunRetention,
  RunEnding,
  RunPage,
  RunQuery,
  RunRecord,
} from "@flujo/core/protocols";
import type { Session } from "../connection/session.ts";
import { type Statement, statement } from "../connection/statement.ts";
import { appendEntries, ENTRY_RECORDSET } from "./append-statement.ts";
import { type SentEntries, sentRows, sentTexts } from "./journal-table.ts";
import { IS_HELD, isOwnerGone, type LeaseTable, leaseTime } from "./lease-table.ts";
import { cursorAfter, retentionToSql, runQueryToSql } from "./run-query.ts";
import { type RunRow, runFromRow } from "./run-row.ts";
import { type PlacedText, putSharedTexts, TextPlacer, textOf } from "./shared-texts.ts";
import { storable } from "./storable.ts";
import { tagsToJson } from "./tags.ts";
import { USAGE_COLUMNS, usageToRow } from "./usage-columns.ts";

const NEWEST_FIRST = "ORDER BY created_at DESC, run_id DESC";
const USAGE = Object.keys(USAGE_COLUMNS);
const BEGINNING_TEXTS = ["plan", "input", "context"] as const;
const ENDING_TEXTS = ["output", "error", "final_context"] as const;
/** From this length on a plan is kept apart: it comes up again in every run of its pipeline. */
const REPEATED_LENGTH = 1_024;

/** Runs, from beginning to end: `runs`, `run_beginnings` and `run_endings`. */
export class RunTable {
  readonly #s: string;
  readonly #sharedTextLength: number;
  readonly #leases: LeaseTable;
  readonly #insert: Statement<object>;
  readonly #isOwn: Statement<object>;
  readonly #end: Statement<object>;
  readonly #isOwnEnding: Statement<object>;
  readonly #selectRun: Statement<RunRow>;
  /** By its SQL: one for each combination of filters that was asked for. */
  readonly #queries = new Map<string, Statement<object>>();

  /** @param s - the quoted name of the schema */
  constructor(s: string, sharedTextLength: number, leases: LeaseTable) {
    this.#s = s;
    this.#sharedTextLength = sharedTextLength;
    this.#leases = leases;
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
    const plan = placer.place(storable(run.plan, "plan"), Math.min(REPEATED_LENGTH, this.#sharedTextLength));
    const [input, context] = [
      placer.place(storable(run.input, "input")),
      placer.place(storable(run.context, "context")),
    ];
    const runId = storable(run.runId, "runId");
    const created = await session.query(this.#insert, [
      runId,
      storable(run.pipeline, "pipeline"),
      run.createdAt,
      creationId,
      tagsToJson(run.tags),
      ...[plan, input, context].flatMap(({ text, hash }) => [text, hash]),
      JSON.stringify(sentRows([history])),
      JSON.stringify(sentTexts([{ texts: [...placer.shared, ...history.texts] }])),
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
    const listing = this.#prepared<RunRow>(this.#selectRuns(`${where} ${NEWEST_FIRST} LIMIT ${forLimit}`, forNow));
    const rows = await session.query(listing, [...parameters, limit + 1, now ?? null]);
    const runs = rows.slice(0, limit).map(record);
    const last = runs.at(-1);
    return rows.length > limit && last ? { runs, next: cursorAfter(last) } : { runs };
  }

  /**
   * Stores how a run ended or paused, in place of what an earlier pause stored, and gives its lease back. False,
   * and nothing is done, if the lease is not good, or no longer.
   *
   * @param writeId - of this call: repeated, it finds its own ending, and counts as done
   */
  async end(session: Session, lease: Lease, ending: RunEnding, writeId: string): Promise<boolean> {
    const placer = new TextPlacer(this.#sharedTextLength);
    const place = (text: string | undefined, what: string): PlacedText =>
      placer.place(text === undefined ? undefined : storable(text, what));
    const texts = [
      place(ending.output, "output"),
      place(ending.error, "error"),
      place(ending.finalContext, "finalContext"),
    ];
    const ended = await session.query(this.#end, [
      ...this.#leases.held(lease),
      ending.status,
      ending.endedAt,
      writeId,
      ...texts.flatMap(({ text, hash }) => [text, hash]),
      JSON.stringify(ending.awaiting),
      JSON.stringify(sentTexts([{ texts: placer.shared }])),
      ...Object.values(usageToRow(ending.usage)),
    ]);
    if (ended.length > 0) return true;
    return (await session.query(this.#isOwnEnding, [storable(lease.runId, "runId"), writeId])).length > 0;
  }

  /** The keys of runs that are not kept any longer, those first that ended first; `most` at most. */
  async findPastRetention(session: Session, retention: ResolvedRunRetention, most: number): Promise<readonly bigint[]> {
    const { where, parameters } = retentionToSql(retention);
    const past = this.#prepared<{ readonly id: bigint }>(
      `SELECT id FROM ${this.#s}.runs ${where} ORDER BY ended_at, id LIMIT $${parameters.length + 1}`,
    );
    return (await session.query(past, [...parameters, most])).map(({ id }) => id);
  }

  /**
   * @param which - what comes after `FROM runs` in a SELECT for those that are wanted: they are found before any of their large texts is read
   * @param now - SQL for the time by which leases are told to be over
   */
  #selectRuns(which: string, now: string): string {
    const s = this.#s;
    const texts = [...BEGINNING_TEXTS, ...ENDING_TEXTS].map((column) => textOf(s, column));
    return `
      SELECT run_id, pipeline, status, tags::text AS tags, created_at, updated_at, ended_at, ${USAGE.join(", ")},
             lease_owner, lease_expires_at > ${leaseTime(now)} AS leased, ${texts.join(", ")}, awaiting
      FROM (SELECT * FROM ${s}.runs ${which}) AS wanted
      JOIN ${s}.run_beginnings ON run_beginnings.run = wanted.id
      LEFT JOIN ${s}.run_endings ON run_endings.run = wanted.id
      ${NEWEST_FIRST}`;
  }

  #prepared<Row extends object>(sql: string): Statement<Row> {
    const known = this.#queries.get(sql) ?? statement<object>(sql);
    this.#queries.set(sql, known);
    return known as Statement<Row>;
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
    ), begun AS (
      INSERT INTO ${s}.run_beginnings (run, plan, plan_hash, input, input_hash, context, context_hash)
      SELECT id, $6, decode($7, 'hex'), $8, decode($9, 'hex'), $10, decode($11, 'hex') FROM created
    ), accepted AS MATERIALIZED (
      SELECT 0 AS write, id AS run, $4::uuid AS write_id FROM created
    ), entry AS MATERIALIZED (
      SELECT * FROM json_to_recordset($12) AS entry (${ENTRY_RECORDSET})
    ), ${appendEntries(s, { texts: true, folds: true }, "$13")}
    SELECT FROM created`;
}

/** One row if the run ended; none, and nothing is done, if the lease is not good. */
function endStatement(s: string): string {
  const columns = "write_id, output, output_hash, error, error_hash, final_context, final_context_hash, awaiting";
  return `
    WITH ended AS MATERIALIZED (
      UPDATE ${s}.runs
      SET status = $4, ended_at = $5, updated_at = $5, lease_owner = NULL, lease_expires_at = NULL,
          ${USAGE.map((column, index) => `${column} = $${index + 15}`).join(", ")}
      WHERE ${IS_HELD}
      RETURNING id AS run, 0 AS write
    ), noted AS (
      INSERT INTO ${s}.run_endings (run, ${columns})
      SELECT run, $6, $7, decode($8, 'hex'), $9, decode($10, 'hex'), $11, decode($12, 'hex'), $13 FROM ended
      ON CONFLICT (run) DO UPDATE SET (${columns}) = (${columns.replaceAll(/\w+/g, "excluded.$&")})
    ), ${putSharedTexts(s, "$14", "ended")}
    SELECT FROM ended`;
}

function record(row: RunRow): RunRecord {
  return runFromRow(row, row.lease_owner !== null && row.leased === true && !isOwnerGone(row.lease_owner));
}
