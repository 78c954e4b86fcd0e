import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** An attempt took longer than the step's `withTimeout` allows. */
export class StepTimeoutError extends FlujoError {
  override readonly name = "StepTimeoutError";
  readonly code = "step_timeout";
  readonly category: ErrorCategory = "timeout";
  readonly retryable = true;

  constructor(
    readonly timeoutMs: number,
    options?: FlujoErrorOptions,
  ) {
    super(`No result within ${timeoutMs} ms`, options);
  }
}
