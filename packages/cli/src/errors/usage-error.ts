import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** The command was called in a way that can't work. The process exits with 2. */
export class UsageError extends FlujoError {
  override readonly name = "UsageError";
  readonly code = "usage";
  readonly category: ErrorCategory = "validation";
  readonly retryable = false;

  constructor(message: string, options?: FlujoErrorOptions) {
    super(message, options);
  }
}
