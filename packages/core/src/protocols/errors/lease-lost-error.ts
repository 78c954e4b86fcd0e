import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** Another driver has taken the run over; what this one would have written was refused. */
export class LeaseLostError extends FlujoError {
  override readonly name = "LeaseLostError";
  readonly code = "lease_lost";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    readonly runId: string,
    options?: FlujoErrorOptions,
  ) {
    super(`Run "${runId}" is driven by somebody else now`, options);
  }
}
