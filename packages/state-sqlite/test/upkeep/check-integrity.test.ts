import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { lease } from "../lease.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();

/** A file with two runs and a large text in it, and what `damage` does to it. */
async function open(name: string, damage: (database: Database.Database) => void): Promise<SqliteStateBackend> {
  const file = join(folder, `${name}.db`);
  {
    await using backend = new SqliteStateBackend({ file });
    const entry = { kind: "function", name: "a", status: "completed", attempts: 1, startedAt: 0, endedAt: 1 } as const;
    for (const runId of ["one", "other"]) {
      await backend.appendEntries(await lease(backend, runId), [{ ...entry, path: "a", output: "x".repeat(20_000) }]);
    }
  }
  const database = new Database(file);
  database.pragma("foreign_keys = OFF");
  damage(database);
  database.close();
  return new SqliteStateBackend({ file });
}

describe("A check of a file", () => {
  test("that is sound finds nothing", async () => {
    await using backend = await open("sound", () => {});
    expect(await backend.checkIntegrity()).toStrictEqual([]);
  });

  test.each([
    ["a row that refers to none", "DELETE FROM runs WHERE run_id = 'one'", /refers to one of runs that is not there/],
    ["a run without its beginning", "DELETE FROM run_beginnings WHERE run = 1", /a run has no beginning: one/],
    ["an ending that is lost", "UPDATE runs SET status = 'failed' WHERE run_id = 'other'", /has no ending: other/],
    ["a fold that is lost", "UPDATE journal_entries SET folded = 1 WHERE run = 2", /not known to have folded.*: other/],
    ["a text that changed", "UPDATE texts SET text = text || '!'", /text 1 does not fit its hash/],
    ["a text that nobody has", "DELETE FROM text_uses", /nobody refers to: 1/],
    ["an entry that is lost", "DELETE FROM journal_entries WHERE run = 1", /for an entry that is not there: one at 1/],
  ])("finds %s, and says so", async (name, sql, said) => {
    await using backend = await open(name, (database) => database.exec(sql));
    expect(await backend.checkIntegrity()).toStrictEqual(expect.arrayContaining([expect.stringMatching(said)]));
  });

  test("finds a page that is no longer what it was", async () => {
    const backend = await open("pages", () => {});
    await backend[Symbol.asyncDispose]();
    const file = join(folder, "pages.db");
    const descriptor = openSync(file, "r+");
    writeSync(descriptor, Buffer.alloc(4_096, 0xff), 0, 4_096, statSync(file).size - 2 * 4_096);
    closeSync(descriptor);
    await using damaged = new SqliteStateBackend({ file });
    expect((await damaged.checkIntegrity()).length).toBeGreaterThan(0);
  });
});
