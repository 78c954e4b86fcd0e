import { StateError, StateFormatError } from "@flujo/core/protocols";
import type { Database } from "better-sqlite3";
import { MIGRATIONS } from "./migrations.ts";

/** Marks a database as Flujo's, in the header of its file: "FLUJ" in ASCII. */
export const APPLICATION_ID = 0x464c554a;

/**
 * Brings a database to the newest format, an empty one from nothing; all of it or none of it, and
 * once, however many processes open the file at the same moment.
 *
 * @throws {@link StateFormatError} if the format is newer than the newest that is known here
 * @throws {@link StateError} if it is some other program's database
 */
export function migrate(database: Database, migrations: readonly string[] = MIGRATIONS): void {
  if (isCurrent(database, migrations)) return;
  const bringUpToDate = database.transaction(() => {
    // Asked again, now that no other process can write: one may have done it all in the meantime.
    if (isCurrent(database, migrations)) return;
    for (const migration of migrations.slice(formatOf(database))) database.exec(migration);
    database.pragma(`application_id = ${APPLICATION_ID}`);
    database.pragma(`user_version = ${migrations.length}`);
  });
  bringUpToDate.immediate();
}

/**
 * Whether a database has the newest format, so that it can be read as it is.
 *
 * @throws as {@link migrate} does
 */
export function isCurrent(database: Database, migrations: readonly string[] = MIGRATIONS): boolean {
  // In one transaction: another process may turn the file from an empty one into a state file at any moment.
  const format = database.transaction(() => formatOf(database))();
  if (format > migrations.length) {
    throw new StateFormatError(
      `The state file ${database.name} has format ${format}, and this version of @flujo/state-sqlite knows ` +
        `formats up to ${migrations.length}: update the package`,
    );
  }
  return format === migrations.length;
}

/** The format of a database of Flujo's; 0 of an empty one. */
function formatOf(database: Database): number {
  if (database.pragma("application_id", { simple: true }) === APPLICATION_ID) {
    return database.pragma("user_version", { simple: true }) as number;
  }
  if (database.prepare("SELECT 1 FROM sqlite_schema").get() === undefined) return 0;
  throw notFlujos(database.name);
}

/** The error for a file that belongs to something else. */
export function notFlujos(file: string): StateError {
  return new StateError(`${file} is not a state file of Flujo's; it was left as it is. Name another file`);
}
