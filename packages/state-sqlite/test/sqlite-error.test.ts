import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { toStateError } from "../src/sqlite-error.ts";
import { newRun } from "./new-run.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown");
}

describe("Trouble with the file is a StateError that says what it is:", () => {
  test("locked by another process", async () => {
    const file = join(folder, "locked.db");
    await using backend = new SqliteStateBackend({ file, busyTimeoutMs: 0 });
    await backend.createRun(newRun("before"));
    const other = new Database(file);
    other.exec("BEGIN IMMEDIATE");
    await expect(backend.createRun(newRun("run"))).rejects.toMatchObject({
      code: "state",
      message: expect.stringMatching(/locked\.db is locked by another process/),
      cause: { code: "SQLITE_BUSY" },
    });
    expect(await backend.getRun("before")).toMatchObject({ runId: "before" });
    other.close();
    expect(await backend.createRun(newRun("run"))).toBe(true);
  });

  test("waited for, as long as it was told to", async () => {
    const file = join(folder, "waited-for.db");
    await using backend = new SqliteStateBackend({ file, busyTimeoutMs: 100 });
    const other = new Database(file);
    other.exec("BEGIN IMMEDIATE");
    const asked = performance.now();
    await expect(backend.createRun(newRun("run"))).rejects.toMatchObject({ code: "state" });
    expect(performance.now() - asked).toBeGreaterThan(90);
    other.close();
  });

  test("damaged", async () => {
    const file = join(folder, "damaged.db");
    const backend = new SqliteStateBackend({ file });
    for (let index = 0; index < 50; index++) await backend.createRun(newRun(`${index} ${"x".repeat(1_000)}`));
    await backend[Symbol.asyncDispose]();
    truncateSync(file, Math.floor(readFileSync(file).length / 2));
    expect(() => new SqliteStateBackend({ file })).toThrow(
      expect.objectContaining({ code: "state", message: expect.stringMatching(/damaged\.db is damaged/) }),
    );
  });

  test("a file where a folder should be", () => {
    writeFileSync(join(folder, "no-folder"), "");
    expect(() => new SqliteStateBackend({ file: join(folder, "no-folder", "in-it.db") })).toThrow(
      expect.objectContaining({
        code: "state",
        cause: expect.any(Error),
        message: expect.stringContaining("no-folder"),
      }),
    );
  });

  test("full, of a database that may not grow", () => {
    const database = new Database(join(folder, "full.db"));
    database.exec("CREATE TABLE notes (text TEXT)");
    database.pragma("max_page_count = 3");
    const cause = thrownBy(() => database.prepare("INSERT INTO notes VALUES (?)").run("x".repeat(100_000)));
    expect(toStateError(cause, "full.db")).toMatchObject({
      code: "state",
      message: expect.stringMatching(/disk is full/),
      cause,
    });
  });

  test("not to be written, of a connection for reading", () => {
    const file = join(folder, "readonly.db");
    new Database(file).exec("CREATE TABLE notes (text TEXT)").close();
    const database = new Database(file, { readonly: true });
    const cause = thrownBy(() => database.exec("INSERT INTO notes VALUES ('a')"));
    expect(toStateError(cause, file)).toMatchObject({
      code: "state",
      message: expect.stringMatching(/can't be written/),
    });
  });

  test("not to be opened, of a folder", () => {
    mkdirSync(join(folder, "folder.db"));
    const cause = thrownBy(() => new Database(join(folder, "folder.db")));
    expect(toStateError(cause, "folder.db")).toMatchObject({ message: expect.stringMatching(/can't be opened/) });
  });

  test("not a database, of something else", () => {
    writeFileSync(join(folder, "text.db"), "just text, but long enough to be read as a header".repeat(10));
    const cause = thrownBy(() => new Database(join(folder, "text.db")).pragma("user_version"));
    expect(toStateError(cause, "text.db")).toMatchObject({ message: expect.stringMatching(/is not a database/) });
  });

  test("the same for all of SQLite's finer codes", () => {
    const [one, other] = [new Database(join(folder, "snapshot.db")), new Database(join(folder, "snapshot.db"))];
    one.pragma("journal_mode = WAL");
    one.exec("CREATE TABLE notes (text TEXT); BEGIN; SELECT * FROM notes");
    other.exec("INSERT INTO notes VALUES ('meanwhile')");
    const cause = thrownBy(() => one.exec("INSERT INTO notes VALUES ('too late')"));
    expect(cause).toMatchObject({ code: "SQLITE_BUSY_SNAPSHOT" });
    expect(toStateError(cause, "snapshot.db")).toMatchObject({
      message: expect.stringMatching(/is locked by another/),
    });
  });

  test("whatever else SQLite says, in its own words", () => {
    const cause = thrownBy(() => new Database(join(folder, "other.db")).exec("SELECT nonsense"));
    expect(toStateError(cause, "other.db")).toMatchObject({
      code: "state",
      message: expect.stringMatching(/other\.db can't be used \(no such column: nonsense/),
    });
  });
});
