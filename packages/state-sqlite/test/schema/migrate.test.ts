import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { APPLICATION_ID, isCurrent, migrate } from "../../src/schema/migrate.ts";
import { MIGRATIONS } from "../../src/schema/migrations.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();
const dumpOfVersion1 = readFileSync(new URL("./version-1.sql", import.meta.url), "utf8");

function formatOf(file: string): unknown {
  const database = new Database(file, { readonly: true });
  const format = database.pragma("user_version", { simple: true });
  database.close();
  return format;
}

describe("A file of format 1", () => {
  function version1(name: string): string {
    const file = join(folder, name);
    new Database(file).exec(dumpOfVersion1).close();
    return file;
  }

  test("is opened with all that is in it, and brought up to date", async () => {
    const file = version1("version-1.db");
    expect(formatOf(file)).toBe(1);
    const backend = new SqliteStateBackend({ file });
    const totals = {
      inputTokens: 1200,
      outputTokens: 34.5,
      cachedInputTokens: 0,
      reasoningTokens: 12,
      totalTokens: 1234.5,
    };
    const usage = { requests: 3, ...totals, costPico: 9_007_199_254_740_993n, costUsd: 9_007.25 };
    expect((await backend.listRuns()).runs).toStrictEqual([
      {
        runId: "paused",
        pipeline: "article",
        plan: `{"kind":"pipeline"}`,
        input: `"it's in"`,
        context: "{}",
        tags: { kind: "draft", team: "docs" },
        createdAt: 1_767_225_600_000.25,
        status: "paused",
        finalContext: `{"seen":1}`,
        awaiting: [{ token: "t", path: "approve", prompt: "Publish?" }],
        usage: { ...usage, known: { ...totals, costPico: 9_007_199_254_740_993n } },
        endedAt: 1_767_225_600_009,
        updatedAt: 1_767_225_600_009,
        driven: false,
      },
      {
        runId: "running",
        pipeline: "article",
        plan: "{}",
        input: "1",
        context: "{}",
        tags: {},
        createdAt: 0,
        status: "running",
        awaiting: [],
        updatedAt: 5,
        driven: false,
      },
    ]);
    const unknown = Object.fromEntries(
      [...Object.keys(totals), "costPico", "costUsd"].map((name) => [name, undefined]),
    );
    const zero = Object.fromEntries([...Object.keys(totals).map((name) => [name, 0]), ["costPico", 0n]]);
    expect(await backend.readEntries("paused")).toStrictEqual([
      {
        path: "z",
        kind: "function",
        name: "z",
        status: "completed",
        output: `"out"`,
        patches: "[]",
        attempts: 2,
        startedAt: 1,
        endedAt: 2.5,
        usage: { requests: 1, ...unknown, known: zero },
      },
      { path: "a", kind: "function", name: "a", status: "failed", error: "{}", attempts: 1, startedAt: 3, endedAt: 4 },
    ]);
    expect(await backend.readSignals("paused")).toStrictEqual([{ path: "other", value: "true", at: 7 }]);
    expect(await backend.acquireLease("running", 1_000)).toStrictEqual({ runId: "running", epoch: 4 });
    await backend[Symbol.asyncDispose]();
    expect(formatOf(file)).toBe(MIGRATIONS.length);
  });

  test("has the same tables and indexes as the file that this version creates first", () => {
    const schemaOf = (database: Database.Database): unknown =>
      database.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").all();
    const [dumped, created] = [new Database(version1("dumped.db")), new Database(join(folder, "created.db"))];
    migrate(created, MIGRATIONS.slice(0, 1));
    expect(schemaOf(created)).toStrictEqual(schemaOf(dumped));
  });
});

describe("A file of format 2", () => {
  const schemaOf = (database: Database.Database): unknown =>
    database.prepare("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").all();

  test("has the same tables, indexes and views, whether it was one from the first or was migrated", () => {
    const dump = readFileSync(new URL("./version-2.sql", import.meta.url), "utf8");
    const dumped = new Database(join(folder, "dumped-2.db")).exec(dump);
    const migrated = new Database(join(folder, "migrated-2.db")).exec(dumpOfVersion1);
    migrate(migrated, MIGRATIONS.slice(0, 2));
    expect(schemaOf(migrated)).toStrictEqual(schemaOf(dumped));
    expect(migrated.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(migrated.pragma("foreign_key_check")).toStrictEqual([]);
  });
});

describe("A file of a format that this version does not know", () => {
  test.each([false, true])("is refused, naming both formats, and left as it is (readonly: %s)", async (readonly) => {
    const file = join(folder, `newer ${readonly}.db`);
    await new SqliteStateBackend({ file })[Symbol.asyncDispose]();
    new Database(file).exec(`PRAGMA user_version = ${MIGRATIONS.length + 6}`).close();
    const before = readFileSync(file);
    expect(() => new SqliteStateBackend({ file, readonly })).toThrow(
      expect.objectContaining({
        code: "state_format",
        message: expect.stringMatching(
          new RegExp(`format ${MIGRATIONS.length + 6},.* up to ${MIGRATIONS.length}: update the package`),
        ),
      }),
    );
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe("migrate", () => {
  const steps = ["CREATE TABLE a (x)", "INSERT INTO a VALUES ('second')", "INSERT INTO a VALUES ('third')"];
  const rowsOf = (database: Database.Database): unknown =>
    database.prepare("SELECT x FROM a ORDER BY rowid").pluck().all();

  test("does each step once, in order, from the format that it finds", () => {
    const database = new Database(join(folder, "steps.db"));
    migrate(database, steps.slice(0, 2));
    expect(rowsOf(database)).toStrictEqual(["second"]);
    expect(isCurrent(database, steps)).toBe(false);
    migrate(database, steps);
    migrate(database, steps);
    expect(rowsOf(database)).toStrictEqual(["second", "third"]);
    expect(database.pragma("user_version", { simple: true })).toBe(3);
    expect(database.pragma("application_id", { simple: true })).toBe(APPLICATION_ID);
    database.close();
  });

  test("does all steps or none", () => {
    const file = join(folder, "failing.db");
    const database = new Database(file);
    migrate(database, steps.slice(0, 1));
    expect(() => migrate(database, [...steps, "INSERT INTO nowhere VALUES (1)"])).toThrow("no such table: nowhere");
    expect(rowsOf(database)).toStrictEqual([]);
    expect(database.pragma("user_version", { simple: true })).toBe(1);
    database.close();
  });

  test("leaves a database with another program's tables alone", () => {
    const database = new Database(join(folder, "foreign.db"));
    database.exec("CREATE TABLE theirs (x)");
    expect(() => migrate(database, steps)).toThrow(expect.objectContaining({ code: "state" }));
    expect(database.pragma("user_version", { simple: true })).toBe(0);
    database.close();
  });

  test("has an older file refused by a reader, which may not change it", async () => {
    const file = join(folder, "older.db");
    const database = new Database(file);
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.close();
    expect(() => new SqliteStateBackend({ file, readonly: true })).toThrow(
      expect.objectContaining({ code: "state_format", message: expect.stringContaining("open it once for writing") }),
    );
  });
});
