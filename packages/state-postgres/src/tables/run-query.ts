import { InvalidOptionError, type ResolvedRunRetention, type RunQuery, type RunRecord } from "@flujo/core/protocols";
import { storable } from "./storable.ts";
import { tagsToJson } from "./tags.ts";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

/** The part of a SELECT over `runs` that a query comes down to. */
export interface RunQuerySql {
  /** `WHERE …`; empty if all runs are asked for. */
  readonly where: string;
  readonly parameters: readonly unknown[];
  readonly limit: number;
}

/** @throws {@link InvalidOptionError} if `limit` is out of range or `cursor` comes from nowhere */
export function runQueryToSql(query: RunQuery): RunQuerySql {
  const conditions: string[] = [];
  const { parameters, parameter } = newParameters();
  if (query.status) conditions.push(`status = ANY (${parameter(query.status)})`);
  conditions.push(...isOneOf(query, parameter));
  if (query.createdSince !== undefined) conditions.push(`created_at >= ${parameter(query.createdSince)}`);
  if (query.createdBefore !== undefined) conditions.push(`created_at < ${parameter(query.createdBefore)}`);
  if (query.cursor !== undefined) {
    const { createdAt, runId } = parseCursor(query.cursor);
    conditions.push(`(created_at, run_id) < (${parameter(createdAt)}, ${parameter(storable(runId, "cursor"))})`);
  }

  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  return { where, parameters, limit: checkLimit(query.limit ?? DEFAULT_LIMIT) };
}

/** The part of a SELECT over `runs` that finds those which are not kept any longer. */
export function retentionToSql(retention: ResolvedRunRetention): Pick<RunQuerySql, "where" | "parameters"> {
  const { parameters, parameter } = newParameters();
  const conditions = [
    // What the index says of its rows: without it, it would not be used.
    "status IN ('completed', 'failed', 'cancelled')",
    `status = ANY (${parameter(retention.status)})`,
    `ended_at < ${parameter(retention.endedBefore)}`,
    ...isOneOf(retention, parameter),
  ];
  return { where: `WHERE ${conditions.join(" AND ")}`, parameters };
}

/** Whether a run is of the pipeline, and bears all of the tags. */
function isOneOf(
  { pipeline, tags = {} }: Pick<RunQuery, "pipeline" | "tags">,
  parameter: (value: unknown) => string,
): readonly string[] {
  const conditions: string[] = [];
  if (pipeline !== undefined) {
    const name = parameter(storable(pipeline, "pipeline"));
    // Said twice: the index holds beginnings, as none holds texts of any length.
    conditions.push(`left(pipeline, 100) = left(${name}, 100)`, `pipeline = ${name}`);
  }
  if (Object.keys(tags).length > 0) conditions.push(`tags @> ${parameter(tagsToJson(tags))}`);
  return conditions;
}

function newParameters(): { readonly parameters: readonly unknown[]; readonly parameter: (value: unknown) => string } {
  const parameters: unknown[] = [];
  /** Adds a value, and gives its place in the statement. */
  function parameter(value: unknown): string {
    parameters.push(value);
    return `$${parameters.length}`;
  }
  return { parameters, parameter };
}

/** Names the runs that come after `run`: `1763800000000 article-42`. */
export function cursorAfter({ createdAt, runId }: RunRecord): string {
  return `${createdAt} ${runId}`;
}

function parseCursor(cursor: string): { readonly createdAt: number; readonly runId: string } {
  const space = cursor.indexOf(" ");
  const createdAt = Number.parseFloat(cursor.slice(0, space));
  if (space === -1 || Number.isNaN(createdAt)) {
    throw new InvalidOptionError("cursor", cursor, "`next` of an earlier page");
  }
  return { createdAt, runId: cursor.slice(space + 1) };
}

function checkLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidOptionError("limit", limit, `a whole number from 1 to ${MAX_LIMIT}`);
}
