import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** The handler of a kind of step gave what is no outcome: a defect in the package that the kind comes from. */
export class InvalidOutcomeError extends FlujoError {
  override readonly name = "InvalidOutcomeError";
  readonly code = "invalid_outcome";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    readonly kind: string,
    /** What the handler gave, as text. */
    readonly given: string,
    options?: FlujoErrorOptions,
  ) {
    super(`The handler of kind "${kind}" gave ${given}`, options);
  }
}
