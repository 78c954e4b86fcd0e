import { type ErrorCategory, FlujoError } from "@flujo/dsl";
import type { StoredError } from "../protocols/run-record.ts";

/**
 * An error that was read back from storage: it has the name, code and all else of the error that was
 * recorded, but not its class. Match on `code`.
 */
export class RecordedError extends FlujoError {
  override readonly name: string;
  readonly code: string;
  readonly category: ErrorCategory;
  readonly retryable: boolean;

  constructor(stored: StoredError) {
    super(stored.message, {
      ...(stored.path === undefined ? {} : { path: stored.path }),
      ...(stored.cause === undefined ? {} : { cause: new RecordedError(stored.cause) }),
    });
    this.name = stored.name;
    this.code = stored.code;
    this.category = stored.category as ErrorCategory;
    this.retryable = stored.retryable;
    if (stored.stack !== undefined) this.stack = stored.stack;
  }
}

/** Longest chain of causes that is written down. */
const MAX_CAUSES = 8;

/** An error, and what caused it, in a form that can be stored. */
export function toStoredError(error: unknown, depth = 0): StoredError {
  const { name, message, stack, cause } = error instanceof Error ? error : { ...NOT_AN_ERROR, message: String(error) };
  const known = FlujoError.is(error) ? error : undefined;
  return {
    name,
    code: known?.code ?? "error",
    category: known?.category ?? "unknown",
    retryable: known?.retryable ?? false,
    message,
    ...(known?.path === undefined ? {} : { path: known.path }),
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined || depth >= MAX_CAUSES ? {} : { cause: toStoredError(cause, depth + 1) }),
  };
}

const NOT_AN_ERROR = { name: "Error", stack: undefined, cause: undefined };
