import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** The state backend could not do what it was asked; `cause` says why. */
export class StateError extends FlujoError {
  override readonly name = "StateError";
  readonly code = "state";
  readonly category: ErrorCategory = "resource";
  readonly retryable = false;

  constructor(message: string, options?: FlujoErrorOptions) {
    super(message, options);
  }
}
