import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "@flujo/dsl";

/** A call was not made, because those before it to the same resource kept failing. It cost nothing. */
export class CircuitOpenError extends FlujoError {
  override readonly name = "CircuitOpenError";
  readonly code = "circuit_open";
  readonly category: ErrorCategory = "transient";
  readonly retryable = true;

  constructor(
    readonly resource: string,
    options?: FlujoErrorOptions,
  ) {
    super(`Calls to ${resource} are held off: those before kept failing`, options);
  }
}
