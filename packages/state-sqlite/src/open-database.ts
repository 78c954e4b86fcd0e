import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { StateError, StateFormatError } from "@flujo/core/protocols";
import type { Database } from "better-sqlite3";
import { loadDriver } from "./load-driver.ts";
import { isCurrent, migrate, notFlujos } from "./schema/migrate.ts";
import { primaryCodeOf, toStateError } from "./sqlite-error.ts";
import type { ResolvedSqliteStateOptions } from "./sqlite-state-options.ts";
import { kindOfStateFile } from "./state-file.ts";

/**
 * Opens a state file in the newest format: created or migrated if need be, or refused if `readonly`.
 *
 * @throws {@link StateFormatError} if the file's format is not one that can be used
 * @throws {@link StateError} if the file is something else, or can't be used
 * @throws {@link ConfigurationError} if SQLite can't be loaded
 */
export function openDatabase(options: ResolvedSqliteStateOptions): Database {
  const { file, readonly, busyTimeoutMs } = options;
  const Driver = loadDriver();
  let database: Database | undefined;
  try {
    prepareFile(options);
    database = new Driver(file, { readonly, timeout: busyTimeoutMs });
    if (readonly) checkFormat(database);
    else makeReady(database, options);
    return database;
  } catch (error) {
    database?.close();
    throw toStateError(error, file);
  }
}

/** Opens a state file that is known to be one, for reading only. */
export function openReader(file: string): Database {
  const Driver = loadDriver();
  return new Driver(file, { readonly: true, fileMustExist: true });
}

function prepareFile({ file, readonly }: ResolvedSqliteStateOptions): void {
  const kind = kindOfStateFile(file);
  if (kind === "foreign") throw notFlujos(file);
  if (readonly && kind !== "state") throw new StateError(`There is no state file ${file} to read`);
  if (kind === "missing") mkdirSync(dirname(file), { recursive: true });
}

function checkFormat(database: Database): void {
  if (isCurrent(database)) return;
  throw new StateFormatError(
    `The state file ${database.name} has an older format: open it once for writing, which brings it up to date`,
  );
}

function makeReady(database: Database, { durability, busyTimeoutMs }: ResolvedSqliteStateOptions): void {
  // Of a new file. Of the default size, half of it, three rows of a kilobyte fill a page, and each page is a write to the log and one to the file.
  database.pragma("page_size = 8192");
  // Before WAL: so the mark that tells our files is in the file itself from the first, not in the log beside it.
  migrate(database);
  switchToWal(database, busyTimeoutMs);
  database.pragma(`synchronous = ${durability === "full" ? "FULL" : "NORMAL"}`);
  database.pragma("fullfsync = ON"); // On macOS a plain fsync does not reach the disk; elsewhere this does nothing.
  database.pragma("foreign_keys = ON");
}

/** SQLite does not wait for others here, whatever its timeout, so this does. */
function switchToWal(database: Database, busyTimeoutMs: number): void {
  const deadline = performance.now() + busyTimeoutMs;
  const gate = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      const mode = database.pragma("journal_mode = WAL", { simple: true });
      if (mode === "wal") return;
      throw new StateError(`The state file ${database.name} is in a folder where SQLite can't keep a write-ahead log`);
    } catch (error) {
      if (primaryCodeOf(error) !== "SQLITE_BUSY" || performance.now() > deadline) throw error;
      Atomics.wait(gate, 0, 0, 5);
    }
  }
}
