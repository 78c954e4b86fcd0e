import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/**
 * A model reached its limit of output tokens before its answer was complete. Raise `maxOutputTokens`, or ask for
 * less: the same call again would cost as much and most likely end in the same place.
 */
export class OutputTruncatedError extends FlujoError {
  override readonly name = "OutputTruncatedError";
  readonly code = "output_truncated";
  readonly category: ErrorCategory = "resource";
  readonly retryable = false;

  constructor(
    /** `openai/gpt-5-mini` */
    readonly model: string,
    /** As far as it came. */
    readonly text: string,
    options?: FlujoErrorOptions,
  ) {
    super(`${model} reached its limit of output tokens before its answer was complete`, options);
  }
}
