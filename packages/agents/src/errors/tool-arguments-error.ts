import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A model called a tool with arguments that don't fit its schema, beyond repair. The tool was not run. */
export class ToolArgumentsError extends FlujoError {
  override readonly name = "ToolArgumentsError";
  readonly code = "tool_arguments";
  readonly category: ErrorCategory = "validation";
  readonly retryable = true;

  constructor(
    readonly toolName: string,
    /** As the model wrote them. */
    readonly text: string,
    /** What is wrong with them, each with its place as a JSON pointer. */
    readonly issues: readonly string[],
    options?: FlujoErrorOptions,
  ) {
    super(`The arguments for ${toolName} do not fit: ${issues.join("; ")}`, options);
  }
}
