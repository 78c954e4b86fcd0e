import type { ErrorClass } from "@flujo/core/protocols";
import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

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
    told: ErrorClass,
    options?: FlujoErrorOptions,
  ) {
    const status = told.statusCode === undefined ? "" : ` with status ${told.statusCode}`;
    const wait = told.retryAfterMs === undefined ? {} : { retryAfterMs: told.retryAfterMs };
    super(`The call to ${model} failed${status}: ${reason}`, { ...wait, ...options });
    this.category = told.category;
    this.retryable = told.retryable;
    this.statusCode = told.statusCode;
  }
}
