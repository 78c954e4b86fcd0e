import type { ErrorClass } from "@flujo/core/protocols";
import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A tool threw: `cause` is what. */
export class ToolFailedError extends FlujoError {
  override readonly name = "ToolFailedError";
  readonly code = "tool_failed";
  readonly category: ErrorCategory;
  readonly retryable: boolean;

  constructor(
    readonly toolName: string,
    reason: string,
    told: ErrorClass,
    options?: FlujoErrorOptions,
  ) {
    super(`The tool ${toolName} failed: ${reason}`, options);
    this.category = told.category;
    this.retryable = told.retryable;
  }
}
