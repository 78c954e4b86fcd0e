import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";
import type { ErrorClass } from "../error-classifier.ts";

/** The function of a step threw; `cause` is what it threw. */
export class StepFailedError extends FlujoError {
  override readonly name = "StepFailedError";
  readonly code = "step_failed";
  readonly category: ErrorCategory;
  readonly retryable: boolean;

  /** @param options - what can be told of the cause: nothing, if its class is left out */
  constructor(message: string, options: FlujoErrorOptions & Partial<ErrorClass> = {}) {
    super(message, options);
    this.category = options.category ?? "unknown";
    this.retryable = options.retryable ?? true;
  }
}
