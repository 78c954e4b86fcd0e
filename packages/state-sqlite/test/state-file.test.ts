import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { openDatabase } from "../src/open-database.ts";
import { resolveSqliteStateOptions } from "../src/sqlite-state-options.ts";
import { newRun } from "./new-run.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();

/** Each makes a file that is not ours, under the given name. */
const FOREIGN: Readonly<Record<string, (file: string) => void>> = {
  "a text": (file) => writeFileSync(file, "Not a database, and dear to somebody.\n"),
  "one byte": (file) => writeFileSync(file, "\0"),
  "random bytes": (file) =>
    writeFileSync(file, Buffer.from(Array.from({ length: 9_000 }, (_, at) => (at * 7919) % 256))),
  "a database of another program": (file) => {
    const database = new Database(file);
    database.exec("CREATE TABLE runs (id INTEGER PRIMARY KEY, status TEXT); INSERT INTO runs VALUES (1, 'running')");
    database.close();
  },
  "a database that another program marked as its own": (file) => {
    const database = new Database(file);
    database.pragma("application_id = 42");
    database.pragma("user_version = 1");
    database.close();
  },
  "a database of another program that crashed": (file) => {
    const database = new Database(`${file}.original`);
    database.pragma("journal_mode = WAL");
    database.exec("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('in the log alone')");
    for (const suffix of ["", "-wal"]) writeFileSync(`${file}${suffix}`, readFileSync(`${file}.original${suffix}`));
    database.close();
  },
};

function contentsOf(path: string): Readonly<Record<string, string>> {
  return Object.fromEntries(readdirSync(path).map((name) => [name, readFileSync(join(path, name), "latin1")]));
}

describe("A file that is not a state file", () => {
  for (const readonly of [false, true]) {
    test.each(Object.entries(FOREIGN))(`is refused and left as it is: %s (readonly: ${readonly})`, (name, make) => {
      const place = join(folder, `${name} ${readonly}`);
      mkdirSync(place);
      const file = join(place, "foreign.db");
      make(file);
      const [before, modifiedAt] = [contentsOf(place), statSync(file).mtimeMs];
      expect(() => new SqliteStateBackend({ file, readonly })).toThrow(
        expect.objectContaining({ code: "state", message: expect.stringContaining(`${file} is not a state file`) }),
      );
      expect(contentsOf(place)).toStrictEqual(before);
      expect(statSync(file).mtimeMs).toBe(modifiedAt);
    });
  }

  test("is refused if it is a folder", () => {
    expect(() => new SqliteStateBackend({ file: folder })).toThrow(expect.objectContaining({ code: "state" }));
  });

  test("becomes one if nothing was ever stored in it", async () => {
    const [empty, blank] = [join(folder, "empty.db"), join(folder, "blank.db")];
    writeFileSync(empty, "");
    const database = new Database(blank);
    database.pragma("journal_mode = WAL");
    database.close();
    expect(statSync(blank).size).toBeGreaterThan(0);
    for (const file of [empty, blank]) {
      await using backend = new SqliteStateBackend({ file });
      expect(await backend.createRun(newRun("run"))).toBe(true);
    }
  });
});

describe("A state file", () => {
  test("is created with the folders that it is in", async () => {
    const file = join(folder, "some", "where", "deep", "flujo.db");
    await using backend = new SqliteStateBackend({ file });
    expect(await backend.createRun(newRun("run"))).toBe(true);
    expect(statSync(file).isFile()).toBe(true);
  });

  test("is known for what it is by its header, before its log was ever written back", async () => {
    const file = join(folder, "young.db");
    await using backend = new SqliteStateBackend({ file });
    await backend.createRun(newRun("run"));
    expect(readFileSync(file).toString("latin1", 68, 72)).toBe("FLUJ");
    await using second = new SqliteStateBackend({ file });
    expect(await second.getRun("run")).toMatchObject({ runId: "run" });
  });

  test.each([
    ["full", 2],
    ["normal", 1],
  ] as const)("waits for the disk as its durability asks: %s", (durability, synchronous) => {
    const database = openDatabase(resolveSqliteStateOptions({ file: join(folder, `${durability}.db`), durability }));
    const pragma = (name: string): unknown => database.pragma(name, { simple: true });
    expect([pragma("journal_mode"), pragma("synchronous"), pragma("foreign_keys")]).toStrictEqual([
      "wal",
      synchronous,
      1,
    ]);
    database.close();
  });
});

describe("A state file opened for reading", () => {
  test("is read, while others write to it, and refuses every write", async () => {
    const file = join(folder, "read.db");
    await using writer = new SqliteStateBackend({ file });
    await writer.createRun(newRun("run"));
    await writer.acquireLease("run", 60_000);
    await using reader = new SqliteStateBackend({ file, readonly: true });
    expect(await reader.getRun("run")).toMatchObject({ runId: "run", driven: true });
    await writer.createRun(newRun("another"));
    expect((await reader.listRuns()).runs).toHaveLength(2);
    const refused = { code: "state", message: expect.stringMatching(/opened for reading only/) };
    await expect(reader.createRun(newRun("third"))).rejects.toMatchObject(refused);
    await expect(reader.acquireLease("another", 1_000)).rejects.toMatchObject(refused);
    await expect(reader.appendEntries({ runId: "run", epoch: 1 }, [])).rejects.toMatchObject(refused);
    await expect(reader.putSignal("run", { path: "a", value: "1", at: 0 })).rejects.toMatchObject(refused);
  });

  test("is read after its writer has gone, and does not change", async () => {
    const file = join(folder, "left.db");
    const writer = new SqliteStateBackend({ file });
    await writer.createRun(newRun("run"));
    await writer[Symbol.asyncDispose]();
    const before = readFileSync(file);
    const reader = new SqliteStateBackend({ file, readonly: true });
    expect(await reader.getRun("run")).toMatchObject({ runId: "run" });
    await reader[Symbol.asyncDispose]();
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("is not created", () => {
    const file = join(folder, "none", "missing.db");
    expect(() => new SqliteStateBackend({ file, readonly: true })).toThrow(
      expect.objectContaining({ code: "state", message: expect.stringContaining(`There is no state file ${file}`) }),
    );
    expect(readdirSync(folder)).not.toContain("none");
    const empty = join(folder, "still-empty.db");
    writeFileSync(empty, "");
    expect(() => new SqliteStateBackend({ file: empty, readonly: true })).toThrow(
      expect.objectContaining({ code: "state" }),
    );
    expect(statSync(empty).size).toBe(0);
  });
});
