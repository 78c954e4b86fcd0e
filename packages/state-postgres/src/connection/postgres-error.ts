import { FlujoError, StateError } from "@flujo/core/protocols";

/** What codes of PostgreSQL's mean to the owner of the database, as the end of a sentence about it: whole codes, or the classes that they begin with. */
const MEANINGS: Readonly<Record<string, string>> = {
  "25006": "allows reading only: it is a standby, or a transaction was made read-only",
  "28": "does not let this user in",
  "3D000": "has no such database",
  "42501": "does not allow this user to do that",
  "53100": "can't grow: the disk is full",
  "53300": "has no connection left",
  "53": "is short of resources",
  "54": "can't take a value of this size",
  "57014": "gave up the statement: somebody cancelled it, or it took too long",
  "57P": "is shutting down or starting up",
  "58": "has trouble with its files",
  "42P01": "lacks a table that it had; restore it from a backup",
  XX001: "is damaged; restore it from a backup",
  XX002: "is damaged; rebuild its indexes or restore it from a backup",
  "08": "is not connected any more",
};

/** Codes of a server that went away or closed the connection, or is not there yet. */
const LOST = /^(08...|57P0[1235]|25P03|53300)$/;
/** Codes of Node's for the same. */
const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EAI_AGAIN",
  "ENOENT", // The socket of a server on this host, while it is restarted.
]);
/** Codes of what another transaction can be the reason of. */
const CONFLICTS = new Set([
  "40001", // serialization_failure
  "40P01", // deadlock_detected
  "23505", // unique_violation: it committed the row since this statement began
  "23503", // foreign_key_violation: it deleted a text since this statement began
]);
/** What `pg` says of connections, in errors that have no code. */
const LOST_IN_WORDS =
  /^(Connection terminated|Client has encountered a connection error|timeout exp|timeout exceeded|Query read timeout)/;

/** What went wrong with the database as an error of Flujo's. One that is so already passes through. */
export function toStateError(error: unknown, place: string): FlujoError {
  if (FlujoError.is(error)) return error;
  const message = error instanceof Error ? error.message || codeOf(error) : String(error);
  return new StateError(`The PostgreSQL database of ${place} ${meaningOf(error)} (${message})`, { cause: error });
}

function meaningOf(error: unknown): string {
  const code = codeOf(error);
  const meaning = MEANINGS[code] ?? MEANINGS[code.slice(0, 3)] ?? MEANINGS[code.slice(0, 2)];
  if (meaning !== undefined) return meaning;
  return isConnectionLost(error) ? "can't be reached" : "can't be used";
}

/** Whether the server was gone, so that nothing is known of what it was asked to do last. */
export function isConnectionLost(error: unknown): boolean {
  // One of these holds one for each address that the server's name stands for.
  if (error instanceof AggregateError) return error.errors.some(isConnectionLost);
  const code = codeOf(error);
  if (code !== "") return LOST.test(code) || UNREACHABLE.has(code);
  return error instanceof Error && LOST_IN_WORDS.test(error.message);
}

/** Whether another transaction got in the way of this one, which would do if it were repeated. */
export function isConflict(error: unknown): boolean {
  return CONFLICTS.has(codeOf(error));
}

/** Five characters from PostgreSQL, a word such as ECONNRESET from Node; empty if there is none. */
function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}
