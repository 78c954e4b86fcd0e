/**
 * What kind of trouble an error is, for whoever decides whether to try again.
 * `transient`, `rateLimit` and `timeout` pass by themselves; the others do not.
 */
export type ErrorCategory =
  | "transient"
  | "rateLimit"
  | "timeout"
  | "authentication"
  | "validation"
  | "resource"
  | "permanent"
  | "budget"
  | "cancelled"
  | "unknown";

/** What an error of Flujo's may be given beside its message. */
export interface FlujoErrorOptions extends ErrorOptions {
  /** Path of the step that the error belongs to, such as `refine#3/critique`. */
  readonly path?: string;
  /** How long whoever answered asks to be left alone, in milliseconds: HTTP's `Retry-After`. */
  readonly retryAfterMs?: number;
}

/** Registered globally, so that two copies of this package know each other's errors. */
const BRAND = Symbol.for("@flujo/FlujoError");

/**
 * The base of every error that Flujo throws or reports.
 *
 * Programs match on `code`, which is stable; the message is for people.
 */
export abstract class FlujoError extends Error {
  /** Stable, in snake case, one per class: `run_conflict`. */
  abstract readonly code: string;
  abstract readonly category: ErrorCategory;
  /** Whether a second attempt at the same work may succeed. */
  abstract readonly retryable: boolean;
  /** Path of the step where it happened; absent where no step is concerned. */
  readonly path: string | undefined;
  /** How long to wait at least before another attempt, in milliseconds; absent where nobody said. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: FlujoErrorOptions = {}) {
    super(message, options);
    this.path = options.path;
    this.retryAfterMs = options.retryAfterMs;
    Object.defineProperty(this, BRAND, { value: true });
  }

  /** Whether `value` is an error of Flujo's, also one from another copy of the package. */
  static is(value: unknown): value is FlujoError {
    return typeof value === "object" && value !== null && BRAND in value;
  }
}
