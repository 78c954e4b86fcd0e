import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";
import type { CheckedSide } from "../type-validator.ts";

/** A value is not what a step's schema says. */
export class SchemaMismatchError extends FlujoError {
  override readonly name = "SchemaMismatchError";
  readonly code = "schema_mismatch";
  readonly category: ErrorCategory = "validation";
  /** Another attempt may give something else; it is given the same input. */
  readonly retryable: boolean;

  constructor(
    /** Which side of the step. */
    readonly side: CheckedSide,
    readonly issues: readonly string[],
    options?: FlujoErrorOptions,
  ) {
    super(`The ${side} does not fit its schema: ${issues.join("; ")}`, options);
    this.retryable = side !== "input";
  }
}
