import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A provider's content filter stopped the answer, or the model refused to give one. */
export class ContentFilterError extends FlujoError {
  override readonly name = "ContentFilterError";
  readonly code = "content_filtered";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    /** `openai/gpt-5-mini` */
    readonly model: string,
    /** What came before it was stopped. */
    readonly text: string,
    options?: FlujoErrorOptions,
  ) {
    super(`A content filter stopped the answer of ${model}`, options);
  }
}
