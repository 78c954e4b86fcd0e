import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";
import type { CallFailure } from "../model/call-failure.ts";

/** A call to a model failed: `cause` is what the provider threw, if it threw. */
export class ModelCallError extends FlujoError {
  override readonly name = "ModelCallError";
  readonly code = "model_call_failed";
  readonly category: ErrorCategory;
  readonly retryable: boolean;
  /** Of the provider's HTTP answer, if there was one. */
  readonly statusCode: number | undefined;

  constructor(
    /** `openai/gpt-5-mini` */
    readonly model: string,
    reason: string,
    failure: CallFailure,
    options?: FlujoErrorOptions,
  ) {
    const status = failure.statusCode === undefined ? "" : ` with status ${failure.statusCode}`;
    super(`The call to ${model} failed${status}: ${reason}`, options);
    this.category = failure.category;
    this.retryable = failure.retryable;
    this.statusCode = failure.statusCode;
  }
}
