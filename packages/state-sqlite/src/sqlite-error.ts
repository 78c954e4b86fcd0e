import { FlujoError, StateError } from "@flujo/core/protocols";

/** What SQLite's primary result codes mean to the owner of the file, as the end of a sentence about it. */
const MEANINGS: Readonly<Record<string, string>> = {
  SQLITE_BUSY: "is locked by another process",
  SQLITE_LOCKED: "is locked by another connection",
  SQLITE_FULL: "can't grow: the disk is full",
  SQLITE_CORRUPT: "is damaged; restore it from a backup",
  SQLITE_NOTADB: "is not a database",
  SQLITE_READONLY: "can't be written: it, its folder or its disk allows reading only",
  SQLITE_CANTOPEN: "can't be opened: check that its folder exists and may be used",
  SQLITE_PERM: "may not be used by this process",
  SQLITE_IOERR: "can't be read or written: the disk reports an error",
  SQLITE_TOOBIG: "can't take a value of this size",
};

const MISSING_TABLE = "lacks a table that it had; restore it from a backup";

/** What went wrong with `file` as an error of Flujo's. One that is so already passes through. */
export function toStateError(error: unknown, file: string): FlujoError {
  if (FlujoError.is(error)) return error;
  const message = error instanceof Error ? error.message : String(error);
  const meaning = isTableMissing(error, message) ? MISSING_TABLE : MEANINGS[primaryCodeOf(error)];
  return new StateError(`The state file ${file} ${meaning ?? "can't be used"} (${message})`, { cause: error });
}

/** SQLite has no code of its own for it. */
function isTableMissing(error: unknown, message: string): boolean {
  return primaryCodeOf(error) === "SQLITE_ERROR" && message.startsWith("no such table: ");
}

/** `SQLITE_IOERR` of `SQLITE_IOERR_WRITE`; empty for an error that is not SQLite's. */
export function primaryCodeOf(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? (/^SQLITE_[A-Z]+/.exec(code)?.[0] ?? "") : "";
}
