import { existsSync } from "node:fs";
import { join } from "node:path";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import { describeStateBackend, ManualClock } from "@flujo/testing";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { newRun } from "./new-run.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
let files = 0;
const newFile = (): string => join(folder, `${files++}.db`);

const fileOf = new WeakMap<SqliteStateBackend, string>();

for (const durability of ["full", "normal"] as const) {
  describeStateBackend({
    name: `SQLite (${durability})`,
    open: (clock) => {
      const file = newFile();
      const backend = new SqliteStateBackend({ file, durability, clock });
      fileOf.set(backend, file);
      return backend;
    },
    reopen: async (backend, clock) => {
      await backend[Symbol.asyncDispose]();
      return new SqliteStateBackend({ file: fileOf.get(backend) ?? "", durability, clock });
    },
    share: (backend, clock) => new SqliteStateBackend({ file: fileOf.get(backend) ?? "", durability, clock }),
  });
}

describe("SqliteStateBackend", () => {
  test("says what its durability is, and that a host's processes share it", async () => {
    await using full = new SqliteStateBackend({ file: newFile() });
    await using normal = new SqliteStateBackend({ file: newFile(), durability: "normal" });
    expect(full.capabilities).toStrictEqual({ durability: "power", sharedBy: "host" });
    expect(normal.capabilities).toStrictEqual({ durability: "process", sharedBy: "host" });
  });

  test("shows what one instance wrote to another on the same file, and fences between them", async () => {
    const [file, clock] = [newFile(), new ManualClock()];
    await using one = new SqliteStateBackend({ file, clock });
    await using other = new SqliteStateBackend({ file, clock });
    expect(await one.createRun(newRun("run"))).toBe(true);
    expect(await other.createRun(newRun("run"))).toBe(false);
    const lost = await one.acquireLease("run", 1_000);
    expect(await other.acquireLease("run", 1_000)).toBeUndefined();
    expect((await other.getRun("run"))?.driven).toBe(true);
    clock.advance(1_000);
    expect(await other.acquireLease("run", 1_000)).toMatchObject({ epoch: 2 });
    await expect(one.appendEntries(lost ?? { runId: "", epoch: 0 }, [])).rejects.toMatchObject({ code: "lease_lost" });
  });

  test("gives back its own leases when it is disposed of, and nobody else's", async () => {
    const file = newFile();
    const one = new SqliteStateBackend({ file });
    await using other = new SqliteStateBackend({ file });
    for (const [backend, runId] of [
      [one, "its own"],
      [other, "another's"],
    ] as const) {
      await backend.createRun(newRun(runId));
      await backend.acquireLease(runId, 60_000);
    }
    await one[Symbol.asyncDispose]();
    expect((await other.getRun("its own"))?.driven).toBe(false);
    expect((await other.getRun("another's"))?.driven).toBe(true);
  });

  test("leaves one file behind, without a log beside it", async () => {
    const file = newFile();
    const backend = new SqliteStateBackend({ file });
    await backend.createRun(newRun("run"));
    expect(existsSync(`${file}-wal`)).toBe(true);
    await backend[Symbol.asyncDispose]();
    expect([existsSync(file), existsSync(`${file}-wal`), existsSync(`${file}-shm`)]).toStrictEqual([
      true,
      false,
      false,
    ]);
  });

  test("keeps usage in columns that SQL can add up, unknown as NULL", async () => {
    const file = newFile();
    const backend = new SqliteStateBackend({ file });
    await backend.createRun(newRun("run"));
    const lease = await backend.acquireLease("run", 60_000);
    if (lease === undefined) throw new Error("The lease is free");
    const known = {
      inputTokens: 10,
      outputTokens: 5,
      cachedInputTokens: 0,
      reasoningTokens: 0,
      totalTokens: 15,
      costPico: 9_007_199_254_740_993n,
    };
    const entry = {
      kind: "function",
      name: "step",
      status: "completed",
      attempts: 1,
      startedAt: 1,
      endedAt: 2,
    } as const;
    await backend.appendEntries(lease, [
      { ...entry, path: "told", usage: { requests: 1, ...known, costUsd: 9_007.25, known } },
      { ...entry, path: "told again", usage: { requests: 2, ...known, costUsd: 9_007.25, known } },
      { ...entry, path: "silent", usage: { requests: 1, ...known, costPico: undefined, costUsd: undefined, known } },
      { ...entry, path: "no call" },
    ]);
    await backend[Symbol.asyncDispose]();

    const database = new Database(file, { readonly: true });
    const totals = database
      .prepare(`
        SELECT sum(requests) AS requests, sum(input_tokens) AS tokens, sum(cost_pico) AS cost,
               sum(cost_pico IS NULL AND requests > 0) AS unpriced
        FROM journal_entries`)
      .safeIntegers()
      .get();
    database.close();
    expect(totals).toStrictEqual({ requests: 4n, tokens: 30, cost: 18_014_398_509_481_986n, unpriced: 1n });
  });

  test("refuses a cost above what it can keep exactly, and leaves nothing of the entry", async () => {
    await using backend = new SqliteStateBackend({ file: newFile() });
    await backend.createRun(newRun("run"));
    const lease = await backend.acquireLease("run", 60_000);
    if (lease === undefined) throw new Error("The lease is free");
    const totals = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0, totalTokens: 0 };
    const ending = (costPico: bigint) => ({
      status: "completed" as const,
      finalContext: "{}",
      awaiting: [],
      usage: { requests: 1, ...totals, costPico, costUsd: 0, known: { ...totals, costPico } },
      endedAt: 0,
    });
    await expect(backend.endRun(lease, ending(2n ** 63n))).rejects.toMatchObject({ code: "state" });
    expect((await backend.getRun("run"))?.status).toBe("running");
    expect(await backend.endRun(lease, ending(2n ** 63n - 1n))).toBe(true);
    expect((await backend.getRun("run"))?.usage?.costPico).toBe(2n ** 63n - 1n);
  });

  test.each([
    ["file", ""],
    ["file", ":memory:"],
    ["file", "blank-at-its-end.db "],
    ["file", "nul\0.db"],
    ["durability", "sometimes"],
    ["busyTimeoutMs", -1],
    ["busyTimeoutMs", 0.5],
    ["busyTimeoutMs", 2 ** 31],
  ])("refuses %s = %j", (option, value) => {
    expect(() => new SqliteStateBackend({ file: newFile(), [option]: value })).toThrow(
      expect.objectContaining({ code: "invalid_option", option }),
    );
  });
});
