import { join } from "node:path";
import type { JournalEntry, Usage } from "@flujo/core/protocols";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();
const file = join(folder, "queried.db");
let backend: SqliteStateBackend;
const large = "€".repeat(30_000);

/** What a model call of this many dollars used. */
function spent(requests: number, costUsd: number): Usage {
  const costPico = BigInt(costUsd * 1e12);
  const tokens = { inputTokens: 10, outputTokens: 1, cachedInputTokens: 0, reasoningTokens: 0, totalTokens: 11 };
  return { requests, ...tokens, costPico, costUsd, known: { ...tokens, costPico } };
}

function entryOf(path: string, name: string, rest: Partial<JournalEntry> = {}): JournalEntry {
  return {
    path,
    name,
    kind: "function",
    status: "completed",
    output: "1",
    attempts: 1,
    startedAt: 1,
    endedAt: 2,
    ...rest,
  };
}

beforeAll(async () => {
  backend = new SqliteStateBackend({ file });
  const run = { runId: "run", pipeline: "costly", plan: "{}", input: "1", context: "{}", createdAt: 1 };
  await backend.createRun({ ...run, tags: { team: "docs", kind: "it's" } });
  const held = await backend.acquireLease("run", 60_000);
  if (held === undefined) throw new Error("The lease of a new run is free");
  const failed = { kind: "attempt", status: "failed", error: `"not yet"`, usage: spent(1, 0.5) } as const;
  await backend.appendEntries(held, [
    entryOf("flaky:attempt#1", "flaky", failed),
    entryOf("flaky:attempt#2", "flaky", failed),
    entryOf("flaky", "flaky", { attempts: 3, usage: spent(3, 1.5) }),
    entryOf("both/refine#1/draft", "draft", { usage: spent(1, 2) }),
    entryOf("both/refine#1:until", "refine", { kind: "decision" }),
    entryOf("both/refine#2/draft", "draft", { usage: spent(2, 4) }),
    entryOf("both/refine", "refine", { kind: "loop", usage: spent(3, 6), folds: true }),
    entryOf("both/refine-2", "refine-2", { usage: spent(1, 4) }),
    entryOf("both", "both", { kind: "parallel", usage: spent(4, 10) }),
    entryOf("bulky", "bulky", { output: large }),
  ]);
  const ending = { status: "completed", output: large, finalContext: "{}", awaiting: [], endedAt: 9 } as const;
  await backend.endRun(held, { ...ending, usage: spent(7, 11.5) });
});
afterAll(() => backend[Symbol.asyncDispose]());

describe("A query", () => {
  test("finds runs, with their tags and what they used", async () => {
    const [run] = await backend.query(
      "SELECT *, json_extract(tags, '$.kind') AS kind FROM all_runs WHERE pipeline = ? AND cost_usd > ?",
      ["costly", 1],
    );
    expect(run).toMatchObject({ run_id: "run", status: "completed", kind: "it's", requests: 7, cost_usd: 11.5 });
    expect(run?.["output"] === large).toBe(true);
  });

  test("finds steps and attempts, by parameters that have names", async () => {
    const steps = await backend.query(
      "SELECT path, kind, attempts, length(output) AS size FROM steps WHERE run_id = @run ORDER BY path",
      { run: "run" },
    );
    expect(steps.map(({ path }) => path)).toStrictEqual(
      expect.arrayContaining(["both", "bulky", "flaky", "both/refine", "both/refine-2"]),
    );
    expect(steps.find(({ path }) => path === "flaky")).toMatchObject({ attempts: 3 });
    expect(steps.find(({ path }) => path === "bulky")).toMatchObject({ size: large.length });
    const attempts = await backend.query("SELECT step_path, cost_usd, error LIKE '%not yet%' AS said FROM attempts");
    expect(attempts).toStrictEqual([
      { step_path: "flaky", cost_usd: 0.5, said: 1 },
      { step_path: "flaky", cost_usd: 0.5, said: 1 },
    ]);
  });

  test("adds up usage, of nothing twice", async () => {
    const usage = await backend.query(
      "SELECT name, sum(cost_usd) AS usd, sum(requests) AS requests FROM usage WHERE run_id = 'run' GROUP BY name ORDER BY name",
    );
    expect(usage).toStrictEqual([
      { name: "draft", usd: 6, requests: 3 },
      { name: "flaky", usd: 1.5, requests: 3 },
      { name: "refine-2", usd: 4, requests: 1 },
    ]);
  });

  test("finds spans, each of which began and ended", async () => {
    const spans = await backend.query("SELECT path, kind, duration_ms >= 0 AS took FROM spans WHERE run_id = 'run'");
    expect(spans).toStrictEqual(expect.arrayContaining([{ path: "", kind: "run", took: 1 }]));
    expect(spans.filter(({ kind }) => kind === "attempt")).toHaveLength(2);
    expect(spans.every(({ took }) => took === 1)).toBe(true);
  });

  test("gives integers exactly, as numbers where those hold them", async () => {
    const [row] = await backend.query(
      "SELECT 1 AS one, 9007199254740993 AS many, 0.5 AS half, NULL AS none, x'00ff' AS bytes",
    );
    expect(row).toStrictEqual({
      one: 1,
      many: 9_007_199_254_740_993n,
      half: 0.5,
      none: null,
      bytes: Buffer.from([0, 255]),
    });
  });

  test("only reads", async () => {
    for (const sql of [
      "DELETE FROM runs",
      "DELETE FROM runs RETURNING id",
      "CREATE TABLE mine (x)",
      "ATTACH 'other.db' AS other",
    ]) {
      await expect(backend.query(sql), sql).rejects.toMatchObject({ code: "invalid_option", option: "sql" });
    }
    expect(await backend.query("SELECT count(*) AS runs FROM all_runs")).toStrictEqual([{ runs: 1 }]);
  });

  test("that can't be answered says what is wrong with it", async () => {
    const asked: readonly (readonly [string, RegExp, (readonly string[])?])[] = [
      ["SELECT colour FROM all_runs", /no such column: colour/],
      ["SELEC 1", /near "SELEC": syntax error/],
      ["SELECT 1; SELECT 2", /more than one statement/],
      ["", /no statements/],
      ["SELECT ?", /Too few parameter values/],
      ["SELECT 1", /Too many parameter values/, ["x"]],
    ];
    for (const [sql, said, parameters = []] of asked) {
      const refused = { code: "state", message: expect.stringMatching(said), cause: expect.any(Error) };
      await expect(backend.query(sql, parameters), sql).rejects.toMatchObject(refused);
    }
  });

  test("sees what is written while it is asked", async () => {
    await using other = new SqliteStateBackend({ file });
    const run = { pipeline: "late", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0 };
    await other.createRun({ ...run, runId: "late" });
    expect(await backend.query("SELECT run_id FROM all_runs WHERE pipeline = 'late'")).toStrictEqual([
      { run_id: "late" },
    ]);
  });
});
