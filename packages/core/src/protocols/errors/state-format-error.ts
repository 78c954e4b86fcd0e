import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** What is stored was written in a format that this version can't read. */
export class StateFormatError extends FlujoError {
  override readonly name = "StateFormatError";
  readonly code = "state_format";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(message: string, options?: FlujoErrorOptions) {
    super(message, options);
  }
}
