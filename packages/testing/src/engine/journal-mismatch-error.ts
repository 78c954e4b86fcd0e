import { type ErrorCategory, FlujoError } from "@flujo/dsl";

/** A run that was executed again did not do what its journal says it did: something between its steps is no operation. */
export class JournalMismatchError extends FlujoError {
  override readonly name = "JournalMismatchError";
  readonly code = "journal_mismatch";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;
}
