import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** Thrown by a hook or a step to end the run there, as `cancelled`, with what was done so far. No `catch` of the engine's keeps it. */
export class AbortRunError extends FlujoError {
  override readonly name = "AbortRunError";
  readonly code = "run_aborted";
  readonly category: ErrorCategory = "cancelled";
  readonly retryable = false;

  /** @param reason - why, for people */
  constructor(reason: string, options?: FlujoErrorOptions) {
    super(reason, options);
  }
}
