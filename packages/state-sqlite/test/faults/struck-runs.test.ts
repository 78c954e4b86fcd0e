import { randomUUID } from "node:crypto";
import { copyFileSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sqliteState } from "@flujo/state-sqlite";
import { describeStateFaults } from "@flujo/testing";
import Database from "better-sqlite3";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();

/** Does something to a database as another program would. */
function change(file: string, sql: string): void {
  const database = new Database(file);
  database.exec(sql);
  database.close();
}

/** Puts noise into all pages of a file but the first, which says what the file is; returns what puts back what was there. */
function damagePages(file: string): () => void {
  const sound = readFileSync(file);
  const [pageBytes, damaged] = [sound.readUInt16BE(16), Buffer.from(sound)];
  damaged.fill(0xa5, pageBytes);
  writeFileSync(file, damaged);
  return () => writeFileSync(file, sound);
}

describeStateFaults<string>({
  name: "SQLite",
  newStore: () => join(folder, `${randomUUID()}.db`),
  module: (file) => sqliteState({ file, durability: "normal", busyTimeoutMs: 0 }),
  underWay: {
    "another process keeps the file locked": {
      refused: { code: "state", message: /\.db is locked by another process/ },
      strike: (file) => {
        const other = new Database(file);
        other.exec("BEGIN IMMEDIATE");
        return () => void other.close();
      },
    },
    "a table is gone": {
      refused: {
        code: "state",
        message: /\.db lacks a table that it had; restore it from a backup \(no such table: journal_entries/,
      },
      strike: (file) => {
        change(file, "ALTER TABLE journal_entries RENAME TO elsewhere");
        return () => change(file, "ALTER TABLE elsewhere RENAME TO journal_entries");
      },
    },
    "pages are damaged": {
      refused: { code: "state", message: /\.db is damaged; restore it from a backup/ },
      strike: (file) => {
        // Another's write makes the backend forget the pages that it has in memory.
        const touch = "UPDATE runs SET updated_at = updated_at; PRAGMA wal_checkpoint(TRUNCATE)";
        change(file, touch);
        const mend = damagePages(file);
        return () => {
          mend();
          change(file, touch);
        };
      },
    },
  },
  left: {
    "pages are damaged": {
      refused: { code: "state", message: /\.db is damaged; restore it from a backup/ },
      strike: damagePages,
    },
    "the file is cut in its middle": {
      refused: { code: "state", message: /\.db is damaged; restore it from a backup/ },
      strike: (file) => {
        const sound = readFileSync(file);
        writeFileSync(file, sound.subarray(0, Math.floor(sound.length / 2)));
        return () => writeFileSync(file, sound);
      },
    },
    "the beginning of the file is lost": {
      refused: { code: "state", message: /\.db is not a state file .* Name another file/ },
      strike: (file) => {
        const sound = readFileSync(file);
        writeFileSync(file, Buffer.concat([Buffer.alloc(100), sound.subarray(100)]));
        return () => writeFileSync(file, sound);
      },
    },
    "a newer version brought the file to its format": {
      refused: { code: "state_format", message: /\.db has format 99, .* formats up to \d+: update the package/ },
      strike: (file) => {
        const before = new Database(file).pragma("user_version", { simple: true });
        change(file, "PRAGMA user_version = 99");
        return () => change(file, `PRAGMA user_version = ${before}`);
      },
    },
    "a table was dropped, and a backup takes the file's place": {
      refused: { code: "state", message: /\.db lacks a table that it had; restore it from a backup \(no such table/ },
      strike: (file) => {
        copyFileSync(file, `${file}.backup`);
        change(file, "DROP TABLE journal_entries");
        return () => renameSync(`${file}.backup`, file);
      },
    },
    "another process keeps the file locked": {
      refused: { code: "state", message: /\.db is locked by another process/ },
      strike: (file) => {
        const other = new Database(file);
        other.exec("BEGIN IMMEDIATE");
        return () => void other.close();
      },
    },
  },
});
