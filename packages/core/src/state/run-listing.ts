import { InvalidOptionError } from "@flujo/dsl";
import type { NewRun, RunRecord } from "../protocols/run-record.ts";
import type { RunPage, RunQuery } from "../protocols/state-backend.ts";

/** What a run is listed by that never changes. */
export type RunHead = Pick<NewRun, "runId" | "pipeline" | "tags" | "createdAt">;

/** Where a run stands in a list. */
type Position = Pick<NewRun, "createdAt" | "runId">;

/** A query with its limit filled in and checked, its cursor read, and without the status, which changes. */
export interface ResolvedRunQuery extends Pick<RunQuery, "pipeline" | "tags" | "createdSince" | "createdBefore"> {
  readonly limit: number;
  /** The last run of the page before. */
  readonly after: Position | undefined;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

/** @throws {@link InvalidOptionError} if `limit` is out of range or `cursor` comes from nowhere */
export function resolveRunQuery({ limit = DEFAULT_LIMIT, cursor, ...filters }: RunQuery): ResolvedRunQuery {
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_LIMIT) {
    throw new InvalidOptionError("limit", limit, `a whole number from 1 to ${MAX_LIMIT}`);
  }
  return { ...filters, limit, after: cursor === undefined ? undefined : parseCursor(cursor) };
}

/** Whether a run passes the filters, that on its status aside, and comes after the page before. */
export function matches(run: RunHead, query: ResolvedRunQuery): boolean {
  const { createdSince, createdBefore, after } = query;
  return (
    isOneOf(run, query) &&
    (createdSince === undefined || run.createdAt >= createdSince) &&
    (createdBefore === undefined || run.createdAt < createdBefore) &&
    (after === undefined || newestFirst(run, after) > 0)
  );
}

/** Whether a run is of the pipeline, and bears all of the tags. */
export function isOneOf(run: RunHead, { pipeline, tags = {} }: Pick<RunQuery, "pipeline" | "tags">): boolean {
  return (
    (pipeline === undefined || pipeline === run.pipeline) &&
    Object.entries(tags).every(([name, value]) => Object.hasOwn(run.tags, name) && run.tags[name] === value)
  );
}

export function newestFirst(a: Position, b: Position): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  if (a.runId === b.runId) return 0;
  return a.runId < b.runId ? 1 : -1;
}

/** @param found - in order, and one more than the limit if there are so many */
export function toPage(found: readonly RunRecord[], { limit }: ResolvedRunQuery): RunPage {
  const runs = found.slice(0, limit);
  const last = runs.at(-1);
  return found.length > limit && last ? { runs, next: cursorAfter(last) } : { runs };
}

/** The page after the run at `position`: `1763800000000 article-42`. */
function cursorAfter({ createdAt, runId }: Position): string {
  return `${createdAt} ${runId}`;
}

function parseCursor(cursor: string): Position {
  const space = cursor.indexOf(" ");
  const createdAt = Number.parseFloat(cursor.slice(0, space));
  if (space === -1 || Number.isNaN(createdAt)) {
    throw new InvalidOptionError("cursor", cursor, "`next` of an earlier page");
  }
  return { createdAt, runId: cursor.slice(space + 1) };
}
