import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** Flujo was put together wrongly. Thrown where it is, never reported by a run. */
export class ConfigurationError extends FlujoError {
  override readonly name = "ConfigurationError";
  readonly code = "configuration";
  readonly category: ErrorCategory = "permanent";
  readonly retryable = false;

  constructor(message: string, options?: FlujoErrorOptions) {
    super(message, options);
  }
}
