import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A model answered with no text, or with blanks alone. */
export class EmptyOutputError extends FlujoError {
  override readonly name = "EmptyOutputError";
  readonly code = "empty_output";
  readonly category: ErrorCategory = "validation";
  readonly retryable = true;

  constructor(
    /** `openai/gpt-5-mini` */
    readonly model: string,
    /** Why it stopped: `stop`, `tool-calls`. */
    readonly finishReason: string,
    options?: FlujoErrorOptions,
  ) {
    super(`${model} answered with no text (finish reason: ${finishReason})`, options);
  }
}
