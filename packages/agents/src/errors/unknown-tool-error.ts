import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A model called a tool that it was not given. */
export class UnknownToolError extends FlujoError {
  override readonly name = "UnknownToolError";
  readonly code = "unknown_tool";
  readonly category: ErrorCategory = "validation";
  readonly retryable = true;

  constructor(
    readonly toolName: string,
    /** Those that there are. */
    readonly toolNames: readonly string[],
    options?: FlujoErrorOptions,
  ) {
    super(
      `There is no tool "${toolName}"; ${toolNames.length === 0 ? "there are none" : `there is ${toolNames.join(", ")}`}`,
      options,
    );
  }
}
