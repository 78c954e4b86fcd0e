import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** The run was cancelled. */
export class RunCancelledError extends FlujoError {
  override readonly name = "RunCancelledError";
  readonly code = "run_cancelled";
  readonly category: ErrorCategory = "cancelled";
  readonly retryable = false;

  constructor(
    readonly runId: string,
    readonly reason: unknown,
    options?: FlujoErrorOptions,
  ) {
    super(
      `Run "${runId}" was cancelled${reason === undefined ? "" : `: ${reason instanceof Error ? reason.message : String(reason)}`}`,
      options,
    );
  }
}
