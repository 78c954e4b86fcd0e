import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A chain of redirects came back to a step that it had been at. */
export class RedirectLoopError extends FlujoError {
  override readonly name = "RedirectLoopError";
  readonly code = "redirect_loop";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    /** The names of the steps, from the first that redirected to the one met again. */
    readonly chain: readonly string[],
    options?: FlujoErrorOptions,
  ) {
    super(`Redirected in a circle: ${chain.join(" → ")}`, options);
  }
}
