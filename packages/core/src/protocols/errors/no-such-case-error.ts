import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A branch's `on` returned a key that is none of its cases, and there is no `otherwise`. */
export class NoSuchCaseError extends FlujoError {
  override readonly name = "NoSuchCaseError";
  readonly code = "no_such_case";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(
    readonly key: string,
    readonly cases: readonly string[],
    options?: FlujoErrorOptions,
  ) {
    super(`on returned "${key}", which is none of ${cases.map((name) => `"${name}"`).join(", ")}`, options);
  }
}
