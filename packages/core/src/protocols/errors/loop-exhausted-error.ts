import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A loop had its `maxIterations` and `until` still said no. */
export class LoopExhaustedError extends FlujoError {
  override readonly name = "LoopExhaustedError";
  readonly code = "loop_exhausted";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    readonly maxIterations: number,
    options?: FlujoErrorOptions,
  ) {
    super(`Not done after ${maxIterations} iterations`, options);
  }
}
