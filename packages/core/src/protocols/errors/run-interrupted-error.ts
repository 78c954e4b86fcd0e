import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** This driver stopped before the run ended. Nothing recorded is lost: resume the run. */
export class RunInterruptedError extends FlujoError {
  override readonly name = "RunInterruptedError";
  readonly code = "run_interrupted";
  readonly category: ErrorCategory = "cancelled";
  readonly retryable = true;

  constructor(
    readonly runId: string,
    reason: string,
    options?: FlujoErrorOptions,
  ) {
    super(`Run "${runId}" was interrupted (${reason}); it can be resumed`, options);
  }
}
