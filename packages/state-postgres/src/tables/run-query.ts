import { InvalidOptionError, type RunQuery, type RunRecord } from "@flujo/core/protocols";
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
  const parameters: unknown[] = [];
  /** The place of a value in the statement. */
  function parameter(value: unknown): string {
    parameters.push(value);
    return `$${parameters.length}`;
  }

  if (query.status) conditions.push(`status = ANY (${parameter(query.status)})`);
  if (query.pipeline !== undefined) conditions.push(isOfPipeline(parameter(storable(query.pipeline, "pipeline"))));
  if (query.createdSince !== undefined) conditions.push(`created_at >= ${parameter(query.createdSince)}`);
  if (hasTags(query.tags)) conditions.push(`tags @> ${parameter(tagsToJson(query.tags))}`);
  if (query.cursor !== undefined) {
    const { createdAt, runId } = parseCursor(query.cursor);
    conditions.push(`(created_at, run_id) < (${parameter(createdAt)}, ${parameter(storable(runId, "cursor"))})`);
  }

  const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
  return { where, parameters, limit: checkLimit(query.limit ?? DEFAULT_LIMIT) };
}

/** Said twice: the index holds beginnings, as no index holds texts of any length. */
function isOfPipeline(name: string): string {
  return `left(pipeline, 100) = left(${name}, 100) AND pipeline = ${name}`;
}

function hasTags(tags: RunQuery["tags"]): tags is Readonly<Record<string, string>> {
  return tags !== undefined && Object.keys(tags).length > 0;
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
