import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** The function of a step threw; `cause` is what it threw. */
export class StepFailedError extends FlujoError {
  override readonly name = "StepFailedError";
  readonly code = "step_failed";
  readonly category: ErrorCategory = "unknown";
  readonly retryable = true;

  constructor(message: string, options?: FlujoErrorOptions) {
    super(message, options);
  }
}
