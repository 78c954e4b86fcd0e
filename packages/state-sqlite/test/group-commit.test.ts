import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { GroupCommit } from "../src/group-commit.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
let files = 0;

function openDatabase(): Database.Database {
  const database = new Database(join(folder, `${files++}.db`));
  database.pragma("journal_mode = WAL");
  database.exec("CREATE TABLE notes (text TEXT NOT NULL UNIQUE) STRICT");
  return database;
}

describe("GroupCommit", () => {
  test("commits what is asked for in one turn of the event loop together, in order", async () => {
    const database = openDatabase();
    const statements: string[] = [];
    const watched = new Database(database.name, { verbose: (sql) => statements.push(String(sql)) });
    const commit = new GroupCommit(watched);
    const insert = watched.prepare("INSERT INTO notes VALUES (?)");
    const count = watched.prepare("SELECT count(*) FROM notes").pluck();
    const write = (text: string): Promise<unknown> =>
      commit.write(() => {
        insert.run(text);
        return count.get();
      });
    // The second is asked for in a later microtask of the same turn.
    expect(await Promise.all([write("a"), Promise.resolve().then(() => write("b")), write("c")])).toStrictEqual([
      1, 3, 2,
    ]);
    await write("d");
    expect(statements.filter((sql) => sql === "COMMIT")).toHaveLength(2);
  });

  test("acknowledges nothing before it is committed", async () => {
    const database = openDatabase();
    const commit = new GroupCommit(database);
    const reader = new Database(database.name, { readonly: true });
    const count = reader.prepare("SELECT count(*) FROM notes").pluck();
    const write = commit.write(() => database.exec("INSERT INTO notes VALUES ('a')"));
    expect(count.get()).toBe(0);
    await write;
    expect(count.get()).toBe(1);
  });

  test("undoes a write that throws, and no other of the same turn", async () => {
    const database = openDatabase();
    const commit = new GroupCommit(database);
    const insert = database.prepare("INSERT INTO notes VALUES (?)");
    const results = await Promise.allSettled([
      commit.write(() => insert.run("first").changes),
      commit.write(() => {
        insert.run("half done");
        throw new Error("no");
      }),
      commit.write(() => insert.run("first")),
      commit.write(() => insert.run("last").changes),
    ]);
    expect(results.map((result) => result.status)).toStrictEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
    expect(results[1]).toMatchObject({ reason: { message: "no" } });
    expect(database.prepare("SELECT text FROM notes ORDER BY rowid").pluck().all()).toStrictEqual(["first", "last"]);
  });

  test("acknowledges none of a turn's writes if the disk is full, and goes on when there is room again", async () => {
    const database = openDatabase();
    const commit = new GroupCommit(database);
    const insert = database.prepare("INSERT INTO notes VALUES (?)");
    database.pragma("max_page_count = 5");
    const results = await Promise.allSettled([
      commit.write(() => insert.run("small")),
      commit.write(() => insert.run("large".repeat(10_000))),
      commit.write(() => insert.run("small too")),
    ]);
    for (const result of results) expect(result).toMatchObject({ status: "rejected", reason: { code: "SQLITE_FULL" } });
    expect(database.prepare("SELECT count(*) FROM notes").pluck().get()).toBe(0);
    database.pragma("max_page_count = 1000");
    await commit.write(() => insert.run("large".repeat(10_000)));
    expect(database.prepare("SELECT count(*) FROM notes").pluck().get()).toBe(1);
  });

  test("rejects what it can't begin, and goes on afterwards", async () => {
    const database = openDatabase();
    const other = new Database(database.name);
    database.pragma("busy_timeout = 0");
    const commit = new GroupCommit(database);
    const insert = database.prepare("INSERT INTO notes VALUES (?)");
    other.exec("BEGIN IMMEDIATE");
    await expect(commit.write(() => insert.run("a"))).rejects.toMatchObject({ code: "SQLITE_BUSY" });
    other.exec("ROLLBACK");
    await commit.write(() => insert.run("a"));
  });
});
