import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A run id is taken: by a run with another input or pipeline, or by a driver that is at work. */
export class RunConflictError extends FlujoError {
  override readonly name = "RunConflictError";
  readonly code = "run_conflict";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    readonly runId: string,
    why: string,
    options?: FlujoErrorOptions,
  ) {
    super(`Run "${runId}": ${why}`, options);
  }
}
