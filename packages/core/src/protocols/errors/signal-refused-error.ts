import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** An answer does not fit what the run waits for. The run stays as it was. */
export class SignalRefusedError extends FlujoError {
  override readonly name = "SignalRefusedError";
  readonly code = "signal_refused";
  readonly category: ErrorCategory = "validation";
  readonly retryable = false;

  constructor(
    readonly runId: string,
    why: string,
    options?: FlujoErrorOptions,
  ) {
    super(`Run "${runId}": ${why}`, options);
  }
}
