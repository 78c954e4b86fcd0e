import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A value is not what a step's schema says. */
export class SchemaMismatchError extends FlujoError {
  override readonly name = "SchemaMismatchError";
  readonly code = "schema_mismatch";
  readonly category: ErrorCategory = "validation";
  readonly retryable = true;

  constructor(
    /** Which side of the step. */
    readonly side: "input" | "output" | "answer",
    readonly issues: readonly string[],
    options?: FlujoErrorOptions,
  ) {
    super(`The ${side} does not fit its schema: ${issues.join("; ")}`, options);
  }
}
