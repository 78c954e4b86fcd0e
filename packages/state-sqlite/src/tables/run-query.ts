import { InvalidOptionError, type ResolvedRunRetention, type RunQuery, type RunRecord } from "@flujo/core/protocols";

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

/** A SELECT for the keys of runs, in the order in which they are listed, and what is put in place of its question marks. */
export interface RunKeysSql {
  readonly sql: string;
  readonly parameters: readonly (string | number)[];
}

/** How many rows a SELECT finds, and no more than are worth counting. */
export type Count = (query: RunKeysSql) => number;

/** Conditions of a SELECT, each with the values of its question marks. */
type Conditions = readonly (readonly [condition: string, ...values: readonly (string | number)[]])[];

const NEWEST_FIRST = "ORDER BY created_at DESC, run_id DESC";

/** @throws {@link InvalidOptionError} if it is out of range */
export function checkLimit(limit: number = DEFAULT_LIMIT): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidOptionError("limit", limit, `a whole number from 1 to ${MAX_LIMIT}`);
}

/**
 * The first `most` runs that a query is for. Each way there is walks an index in the order of the list, and ends with the page: along the runs,
 * those of a pipeline, those of each status, or those with a tag. Which of them has the fewest runs is asked first, if there is a choice: the others would
 * be walked through for long where few of their runs are among them.
 *
 * @throws {@link InvalidOptionError} if the cursor comes from nowhere
 */
export function runQueryToSql(query: RunQuery, most: number, count: Count): RunKeysSql {
  const { pipeline, cursor } = query;
  const statuses = query.status && [...new Set(query.status)];
  const tags = Object.entries(query.tags ?? {});
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  const ofPipeline: Conditions = pipeline === undefined ? [] : [["pipeline = ?", pipeline]];
  const ways = [
    ...tags.map(([name, value], index) => ({
      size: () => count(select("run_tags", [["name = ? AND value = ?", name, value]])),
      sql: () =>
        alongTag(name, value, query, after, most, [
          ...ofPipeline,
          ...(statuses ? [isOneOf(statuses)] : []),
          ...hasTags(tags.toSpliced(index, 1), "tag.run"),
        ]),
    })),
    {
      size: () =>
        (statuses ?? [undefined]).reduce(
          (sum, one) => sum + count(select("runs", [...ofPipeline, ...ofStatus(one)])),
          0,
        ),
      sql: () =>
        alongRuns(statuses, [...ofPipeline, ...between(query, "created_at", after), ...hasTags(tags, "runs.id")], most),
    },
  ];
  const sizes = ways.length === 1 ? [0] : ways.map((way) => way.size());
  return (ways[sizes.indexOf(Math.min(...sizes))] as (typeof ways)[number]).sql();
}

/** The runs that are not kept any longer, those first that ended first. */
export function retentionToSql(retention: ResolvedRunRetention, most: number): RunKeysSql {
  const { endedBefore, status, pipeline, tags } = retention;
  if (status.length === 0) return select("runs", [["0"]]);
  return select(
    "runs INDEXED BY runs_by_end",
    [
      // What the index says of its rows: without it, SQLite would not see that it may use that.
      ["status IN ('completed', 'failed', 'cancelled')"],
      ["ended_at < ?", endedBefore],
      isOneOf(status),
      ...(pipeline === undefined ? [] : ([["pipeline = ?", pipeline]] as const)),
      ...hasTags(Object.entries(tags), "runs.id"),
    ],
    `ORDER BY ended_at, id LIMIT ${most}`,
  );
}

/** Names the runs that come after `run`: `1763800000000 article-42`. */
export function cursorAfter({ createdAt, runId }: RunRecord): string {
  return `${createdAt} ${runId}`;
}

type Position = readonly [createdAt: number, runId: string];

function parseCursor(cursor: string): Position {
  const space = cursor.indexOf(" ");
  const createdAt = Number.parseFloat(cursor.slice(0, space));
  if (space === -1 || Number.isNaN(createdAt)) {
    throw new InvalidOptionError("cursor", cursor, "`next` of an earlier page");
  }
  return [createdAt, cursor.slice(space + 1)];
}

/** Along the runs themselves or, if statuses are given, those of each, which are then merged. */
function alongRuns(statuses: readonly string[] | undefined, conditions: Conditions, most: number): RunKeysSql {
  const [only] = statuses ?? [undefined];
  if (statuses === undefined || statuses.length === 1) {
    return select("runs", [...ofStatus(only), ...conditions], `${NEWEST_FIRST} LIMIT ${most}`);
  }
  if (statuses.length === 0) return select("runs", [["0"]]);
  const each = statuses.map((status) =>
    select("runs", [...ofStatus(status), ...conditions], `${NEWEST_FIRST} LIMIT ${most}`, "id, created_at, run_id"),
  );
  const union = each.map(({ sql }) => `SELECT * FROM (${sql})`).join(" UNION ALL ");
  return {
    sql: `SELECT id FROM (${union}) ${NEWEST_FIRST} LIMIT ${most}`,
    parameters: each.flatMap(({ parameters }) => parameters),
  };
}

/** Along the runs that have a tag. CROSS JOIN is how SQLite is told to begin with that. */
function alongTag(
  name: string,
  value: string,
  query: RunQuery,
  after: Position | undefined,
  most: number,
  conditions: Conditions,
): RunKeysSql {
  const [createdAt] = after ?? [];
  return select(
    "run_tags AS tag CROSS JOIN runs ON runs.id = tag.run",
    [
      ["tag.name = ? AND tag.value = ?", name, value],
      // The cursor's moment once more, of the tag's own column: by that it is looked up in the index.
      ...(createdAt === undefined ? [] : ([["tag.created_at <= ?", createdAt]] as const)),
      ...between(query, "tag.created_at", after),
      ...conditions,
    ],
    `ORDER BY tag.created_at DESC, run_id DESC LIMIT ${most}`,
    "runs.id",
  );
}

function ofStatus(status: string | undefined): Conditions {
  return status === undefined ? [] : [["status = ?", status]];
}

function isOneOf(statuses: readonly string[]): Conditions[number] {
  return [`status IN (${statuses.map(() => "?").join(", ")})`, ...statuses];
}

/**
 * Not EXISTS: SQLite makes that a join, and puts it last, after the rows of runs that may not have the tag at all.
 *
 * @param run - the column that says whose tags they are
 */
function hasTags(tags: readonly (readonly [string, string])[], run: string): Conditions {
  const hasTag = `(SELECT value FROM run_tags AS other WHERE other.run = ${run} AND other.name = ?) = ?`;
  return tags.map(([name, value]) => [hasTag, name, value]);
}

function between(
  { createdSince, createdBefore }: RunQuery,
  createdAt: string,
  after: Position | undefined,
): Conditions {
  return [
    ...(createdSince === undefined ? [] : ([[`${createdAt} >= ?`, createdSince]] as const)),
    ...(createdBefore === undefined ? [] : ([[`${createdAt} < ?`, createdBefore]] as const)),
    ...(after === undefined ? [] : ([[`(${createdAt}, run_id) < (?, ?)`, ...after]] as const)),
  ];
}

function select(
  from: string,
  conditions: Conditions,
  tail = "",
  columns = from === "run_tags" ? "run" : "id",
): RunKeysSql {
  const where = conditions.length === 0 ? "" : `WHERE ${conditions.map(([condition]) => condition).join(" AND ")}`;
  return {
    sql: `SELECT ${columns} FROM ${from} ${where} ${tail}`,
    parameters: conditions.flatMap(([, ...values]) => values),
  };
}
