import { type ErrorCategory, FlujoError, type FlujoErrorOptions } from "./flujo-error.ts";

/** An option, argument or name that can't be used. Mend the call; trying again won't help. */
export class InvalidOptionError extends FlujoError {
  override readonly name = "InvalidOptionError";
  readonly code = "invalid_option";
  readonly category: ErrorCategory = "validation";
  readonly retryable = false;

  constructor(
    /** The option's name, with its owner where that helps: `retry.maxAttempts`. */
    readonly option: string,
    readonly received: unknown,
    /** What would have been right, as a noun: `a whole number from 1`. */
    readonly expected: string,
    options?: FlujoErrorOptions,
  ) {
    super(`${option} must be ${expected}, but is ${show(received)}`, options);
  }
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return String(value);
}
