import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A token was asked for and nothing is registered under it. */
export class MissingServiceError extends FlujoError {
  override readonly name = "MissingServiceError";
  readonly code = "missing_service";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    /** What was asked for. */
    readonly token: symbol,
    /** What to do about it. */
    hint: string,
    options?: FlujoErrorOptions,
  ) {
    super(`Nothing is registered under ${token.description ?? String(token)}: ${hint}`, options);
  }
}
