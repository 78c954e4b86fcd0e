import { join } from "node:path";
import type { RunQuery } from "@flujo/core/protocols";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { migrate } from "../src/schema/migrate.ts";
import { type RunKeysSql, retentionToSql, runQueryToSql } from "../src/tables/run-query.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const database = new Database(join(temporaryFolder(), "plans.db"));
migrate(database);

function planOf({ sql, parameters }: RunKeysSql): string {
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as readonly {
    readonly detail: string;
  }[];
  return rows.map(({ detail }) => detail).join("\n");
}

const PIPELINE = "pipeline";
const QUERIES: readonly (readonly [RunQuery, index: string])[] = [
  [{}, "runs_newest_first"],
  [{ createdSince: 1, createdBefore: 2, cursor: "1 a" }, "runs_newest_first"],
  [{ status: ["failed"], cursor: "1 a" }, "runs_by_status"],
  [{ status: ["failed", "paused"], createdSince: 1 }, "runs_by_status"],
  [{ pipeline: PIPELINE, cursor: "1 a" }, "runs_by_pipeline"],
  [{ pipeline: PIPELINE, status: ["failed", "paused"] }, "runs_by_pipeline_and_status"],
  [{ tags: { team: "docs" }, createdSince: 1 }, "run_tags_newest_first"],
  [
    { tags: { team: "docs", kind: "draft" }, pipeline: PIPELINE, status: ["failed"], cursor: "1 a" },
    "run_tags_newest_first",
  ],
];

describe("A list of runs", () => {
  test.each(QUERIES)("by %o walks an index in its own order", (query, index) => {
    // The first way is as good as the others: those with a tag begin with that.
    const plan = planOf(runQueryToSql(query, 51, () => 0));
    expect(plan).toContain(`INDEX ${index} `.trimEnd());
    // What is sorted are pages, merged, or runs of the same moment: never all that match.
    const sorts = plan.split("\n").filter((line) => line.includes("TEMP B-TREE FOR ORDER BY"));
    expect(sorts.length).toBe((query.status?.length ?? 0) > 1 && query.tags === undefined ? 1 : 0);
    expect(plan).not.toMatch(/AUTOMATIC/);
  });

  test("by several tags reads the rows only of runs that have them all", () => {
    const plan = planOf(runQueryToSql({ tags: { team: "docs", kind: "draft", size: "small" } }, 51, () => 0));
    expect(plan.lastIndexOf("other USING PRIMARY KEY (run=? AND name=?)")).toBeGreaterThan(0);
    expect(plan.indexOf("runs USING")).toBeGreaterThan(plan.lastIndexOf("other USING"));
  });

  test("that are not kept any longer are found by when they ended", () => {
    const retention = { endedBefore: 1, status: ["failed"], pipeline: PIPELINE, tags: { a: "b" }, limit: 1 } as const;
    const plan = planOf(retentionToSql(retention, 10));
    expect(plan).toContain("runs_by_end");
    expect(plan).not.toContain("TEMP B-TREE");
  });
});
