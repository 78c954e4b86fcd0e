import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** There is no run of this id in the state backend. */
export class RunNotFoundError extends FlujoError {
  override readonly name = "RunNotFoundError";
  readonly code = "run_not_found";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    readonly runId: string,
    options?: FlujoErrorOptions,
  ) {
    super(`There is no run "${runId}" in this state backend`, options);
  }
}
