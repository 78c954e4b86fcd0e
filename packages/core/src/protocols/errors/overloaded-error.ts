import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** The run was not begun: this process has more work than it can do. Nothing is written of it. */
export class OverloadedError extends FlujoError {
  override readonly name = "OverloadedError";
  readonly code = "overloaded";
  readonly category: ErrorCategory = "resource";
  readonly retryable = true;

  constructor(options?: FlujoErrorOptions) {
    super("No new runs are taken on: this process is overloaded", options);
  }
}
