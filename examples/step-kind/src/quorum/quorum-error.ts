import { type ErrorCategory, FlujoError } from "@flujo/core/protocols";

/** Too many branches or members failed for as many as needed to complete; `cause` is the last of their errors. */
export class QuorumError extends FlujoError {
  override readonly name = "QuorumError";
  readonly code = "example_quorum";
  readonly category: ErrorCategory;
  /** Whether one that failed might do better in another attempt. */
  readonly retryable: boolean;
  readonly needed: number;

  constructor(needed: number, lanes: number, errors: readonly FlujoError[]) {
    const last = errors.at(-1);
    super(`${needed} of ${lanes} must complete, but ${errors.length} failed; one with: ${last?.message}`, {
      cause: last,
    });
    this.category = last?.category ?? "unknown";
    this.retryable = errors.some(({ retryable }) => retryable);
    this.needed = needed;
  }
}
