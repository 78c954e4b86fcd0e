import { InvalidOptionError, type ResolvedRunRetention, type RunQuery, type RunRecord } from "@flujo/core/protocols";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

/** The part of a SELECT over `runs` that a query comes down to. */
export interface RunQuerySql {
  /** `WHERE …`; empty if all runs are asked for. */
  readonly where: string;
  readonly parameters: readonly (string | number)[];
  readonly limit: number;
}

/** @throws {@link InvalidOptionError} if `limit` is out of range or `cursor` comes from nowhere */
export function runQueryToSql(query: RunQuery): RunQuerySql {
  const conditions: string[] = [];
  const parameters: (string | number)[] = [];
  function demand(condition: string, ...values: readonly (string | number)[]): void {
    conditions.push(condition);
    parameters.push(...values);
  }

  if (query.status) demand(`status IN (${query.status.map(() => "?").join(", ")})`, ...query.status);
  if (query.pipeline !== undefined) demand("pipeline = ?", query.pipeline);
  if (query.createdSince !== undefined) demand("created_at >= ?", query.createdSince);
  if (query.createdBefore !== undefined) demand("created_at < ?", query.createdBefore);
  for (const [name, value] of Object.entries(query.tags ?? {})) {
    demand("id IN (SELECT run FROM run_tags WHERE name = ? AND value = ?)", name, value);
  }
  if (query.cursor !== undefined) demand("(created_at, run_id) < (?, ?)", ...parseCursor(query.cursor));

  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  return { where, parameters, limit: checkLimit(query.limit ?? DEFAULT_LIMIT) };
}

/** The part of a SELECT over `runs` that finds those which are not kept any longer. */
export function retentionToSql(retention: ResolvedRunRetention): Pick<RunQuerySql, "where" | "parameters"> {
  const { endedBefore, status, pipeline, tags } = retention;
  // The first is what the index says of its rows: without it, SQLite would not see that it may use that.
  const conditions = ["status IN ('completed', 'failed', 'cancelled')", "ended_at < ?"];
  const parameters: (string | number)[] = [endedBefore];
  if (status.length < 3) {
    conditions.push(`status IN (${status.map(() => "?").join(", ")})`);
    parameters.push(...status);
  }
  if (pipeline !== undefined) {
    conditions.push("pipeline = ?");
    parameters.push(pipeline);
  }
  for (const [name, value] of Object.entries(tags)) {
    conditions.push("EXISTS (SELECT 1 FROM run_tags WHERE run = id AND name = ? AND value = ?)");
    parameters.push(name, value);
  }
  return { where: `WHERE ${conditions.join(" AND ")}`, parameters };
}

/** Names the runs that come after `run`: `1763800000000 article-42`. */
export function cursorAfter({ createdAt, runId }: RunRecord): string {
  return `${createdAt} ${runId}`;
}

function parseCursor(cursor: string): readonly [createdAt: number, runId: string] {
  const space = cursor.indexOf(" ");
  const createdAt = Number.parseFloat(cursor.slice(0, space));
  if (space === -1 || Number.isNaN(createdAt)) {
    throw new InvalidOptionError("cursor", cursor, "`next` of an earlier page");
  }
  return [createdAt, cursor.slice(space + 1)];
}

function checkLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidOptionError("limit", limit, `a whole number from 1 to ${MAX_LIMIT}`);
}
