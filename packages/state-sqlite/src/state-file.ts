import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";
import { APPLICATION_ID } from "./schema/migrate.ts";

/** The header of an SQLite file, and where in it is what we need: sqlite.org/fileformat.html, section 1.3. */
const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
const SCHEMA_COOKIE_AT = 40;
const APPLICATION_ID_AT = 68;

/** `blank`: nothing was ever stored in it, so it can become a state file. */
export type StateFileKind = "missing" | "blank" | "state" | "foreign";

/**
 * What there is under a name, found out without SQLite: to open another program's database with it can change
 * that database, or the files beside it.
 */
export function kindOfStateFile(file: string): StateFileKind {
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) return "missing";
  if (!status.isFile()) return "foreign";
  if (status.size === 0) return "blank";
  const header = readHeader(file);
  if (header.toString("latin1", 0, MAGIC.length) !== MAGIC) return "foreign";
  const applicationId = header.readInt32BE(APPLICATION_ID_AT);
  if (applicationId === APPLICATION_ID) return "state";
  const hadTables = header.readUInt32BE(SCHEMA_COOKIE_AT) !== 0 || existsSync(`${file}-wal`);
  return applicationId === 0 && !hadTables ? "blank" : "foreign";
}

/** Zeros stand for what a shorter file does not have. */
function readHeader(file: string): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(file, "r");
  try {
    readSync(descriptor, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(descriptor);
  }
  return header;
}
