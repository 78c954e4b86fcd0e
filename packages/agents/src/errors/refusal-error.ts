import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A model declined to answer: the same question again would most likely meet the same refusal. */
export class RefusalError extends FlujoError {
  override readonly name = "RefusalError";
  readonly code = "refused";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    /** `openai/gpt-5-mini` */
    readonly model: string,
    /** What it said instead. */
    readonly text: string,
    options?: FlujoErrorOptions,
  ) {
    super(`${model} declined to answer${text.trim() === "" ? "" : `: ${text}`}`, options);
  }
}
