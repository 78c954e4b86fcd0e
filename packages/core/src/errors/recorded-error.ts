import { type ErrorCategory, FlujoError } from "@flujo/dsl";
import type { StoredError } from "../protocols/run-record.ts";

/**
 * An error that was read back from storage: it has the name, code, own fields and all else of the error that was
 * recorded, but not its class. Match on `code`.
 */
export class RecordedError extends FlujoError {
  override readonly name: string;
  readonly code: string;
  readonly category: ErrorCategory;
  readonly retryable: boolean;

  constructor(stored: StoredError) {
    const { fields = {} } = stored;
    const retryAfterMs = fields["retryAfterMs"];
    super(stored.message, {
      ...(stored.path === undefined ? {} : { path: stored.path }),
      ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
      ...(stored.cause === undefined ? {} : { cause: new RecordedError(stored.cause) }),
    });
    this.name = stored.name;
    this.code = stored.code;
    this.category = stored.category as ErrorCategory;
    this.retryable = stored.retryable;
    if (stored.stack !== undefined) this.stack = stored.stack;
    for (const [key, value] of Object.entries(fields)) {
      // What an error has anyway, inherited or not, is no place for what storage says: neither `code` nor `__proto__`.
      if (!(key in this)) Object.defineProperty(this, key, { value, enumerable: true });
    }
  }
}

/** Longest chain of causes that is written down. */
const MAX_CAUSES = 8;

/** How much of its class's own fields an error takes into storage, in characters as they are written. */
const MAX_FIELDS_LENGTH = 16_384;

/** Has a place of its own in what is stored. */
const STORED = new Set(["name", "code", "category", "retryable", "message", "path", "stack", "cause", "__proto__"]);

/**
 * An error, and what caused it, in a form that can be stored. Fields of its class that can't be written, or are too
 * long, are left out: an error is recorded as far as it can be.
 *
 * @param stringify - writes a value as the stored error will be written; throws if that can't be
 */
export function toStoredError(error: unknown, stringify: (value: unknown) => string, depth = 0): StoredError {
  const { name, message, stack, cause } = error instanceof Error ? error : { ...NOT_AN_ERROR, message: String(error) };
  const known = FlujoError.is(error) ? error : undefined;
  const fields = known === undefined ? {} : fieldsOf(known, stringify);
  return {
    name,
    code: known?.code ?? "error",
    category: known?.category ?? "unknown",
    retryable: known?.retryable ?? false,
    message,
    ...(known?.path === undefined ? {} : { path: known.path }),
    ...(stack === undefined ? {} : { stack }),
    ...(Object.keys(fields).length === 0 ? {} : { fields }),
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: toStoredError(cause, stringify, depth + 1) }),
  };
}

const NOT_AN_ERROR = { name: "Error", stack: undefined, cause: undefined };

function fieldsOf(error: FlujoError, stringify: (value: unknown) => string): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {};
  let room = MAX_FIELDS_LENGTH;
  for (const key of Object.keys(error)) {
    if (STORED.has(key)) continue;
    try {
      const value = (error as unknown as Readonly<Record<string, unknown>>)[key];
      if (value === undefined) continue;
      const length = key.length + stringify(value).length;
      if (length > room) continue;
      room -= length;
      fields[key] = value;
    } catch {
      // It can't be read or written: the error is worth recording without it.
    }
  }
  return fields;
}
