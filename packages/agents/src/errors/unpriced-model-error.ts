import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** Pricing is strict and nobody knows what the model costs: it was not called. */
export class UnpricedModelError extends FlujoError {
  override readonly name = "UnpricedModelError";
  readonly code = "unpriced_model";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    /** `openai/gpt-5-mini` */
    readonly model: string,
    why: string,
    options?: FlujoErrorOptions,
  ) {
    super(
      `${model} was not called, since pricing is strict and ${why}: give its price in the overrides of prices()`,
      options,
    );
  }
}
