import { checkAmount, checkChoice, checkCount } from "../errors/check-option.ts";
import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import type { AnyStep } from "./step.ts";

/** When a failed step runs again, and how long it waits first. */
export interface RetryPolicy {
  /** Attempts in all, the first one included. Whole, at least 1. Default 3. */
  readonly maxAttempts?: number;
  /** Longest first wait, in milliseconds. At least 0. Default 200. */
  readonly initialDelayMs?: number;
  /** Longest wait of all, in milliseconds. At least 0. Default 30 000. */
  readonly maxDelayMs?: number;
  /** By how much the wait grows from one attempt to the next. At least 1. Default 2. */
  readonly factor?: number;
  /**
   * `full` waits a random time between 0 and the growing limit, so that many clients don't come
   * back at once; `none` waits the limit itself. Default `full`.
   *
   * Source: "Exponential Backoff And Jitter", M. Brooker, AWS Architecture Blog, 2015.
   */
  readonly jitter?: "full" | "none";
}

/** A retry policy with its defaults filled in and its ranges checked. */
export type ResolvedRetryPolicy = Readonly<Required<RetryPolicy>>;

/** What takes a failed step's place: another step, given the same input, or a value. */
export type Fallback =
  | { readonly type: "step"; readonly step: AnyStep }
  | { readonly type: "value"; readonly value: unknown };

/** What is to happen around a step's own work. Plain data; the execution core acts on it. */
export interface StepPolicies {
  readonly retry?: ResolvedRetryPolicy;
  /** Longest time of one attempt, in milliseconds. */
  readonly timeoutMs?: number;
  readonly fallback?: Fallback;
}

export const NO_POLICIES: StepPolicies = Object.freeze({});

const RETRY_DEFAULTS: ResolvedRetryPolicy = {
  maxAttempts: 3,
  initialDelayMs: 200,
  maxDelayMs: 30_000,
  factor: 2,
  jitter: "full",
};

/** @throws {@link InvalidOptionError} naming the first option that is out of range or not known. */
export function resolveRetryPolicy(policy: RetryPolicy): ResolvedRetryPolicy {
  for (const key of Object.keys(policy)) {
    if (!(key in RETRY_DEFAULTS)) {
      throw new InvalidOptionError(`retry.${key}`, key, `one of ${Object.keys(RETRY_DEFAULTS).join(", ")}`);
    }
  }
  const resolved = { ...RETRY_DEFAULTS, ...policy };
  checkCount("retry.maxAttempts", resolved.maxAttempts, 1);
  checkAmount("retry.initialDelayMs", resolved.initialDelayMs, 0, true);
  checkAmount("retry.maxDelayMs", resolved.maxDelayMs, 0, true);
  checkAmount("retry.factor", resolved.factor, 1, true);
  checkChoice("retry.jitter", resolved.jitter, ["full", "none"]);
  return Object.freeze(resolved);
}
