import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** Validators of a step object to what it gave. The message has what each of them says. */
export class ValidationFailedError extends FlujoError {
  override readonly name = "ValidationFailedError";
  readonly code = "validation_failed";
  readonly category: ErrorCategory = "validation";
  readonly retryable = true;

  constructor(
    readonly objections: readonly { readonly validator: string; readonly feedback: string | undefined }[],
    /** What they looked at. */
    readonly output: unknown,
    options?: FlujoErrorOptions,
  ) {
    super(objections.map(({ validator, feedback }) => feedback ?? `"${validator}" objects to it`).join("; "), options);
  }
}
