import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A value can't be recorded so that it comes back as it was. */
export class SerializationError extends FlujoError {
  override readonly name = "SerializationError";
  readonly code = "not_serializable";
  readonly category: ErrorCategory = "validation";
  readonly retryable = false;

  constructor(
    /** Where in the value: `output.user.callback`. */
    readonly property: string,
    readonly why: string,
    options?: FlujoErrorOptions,
  ) {
    super(`${property} can't be recorded: ${why}`, options);
  }
}
