import { checkAmount, checkChoice, checkCount, checkFunction, checkName } from "../errors/check-option.ts";
import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import type { ValidationPlugin } from "../plugins/validation-plugin.ts";
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

/** When a step's outcome of another time is as good as a new one. */
export interface CachePolicy<Input = never, Context = never> {
  /** How long an outcome is good for, in milliseconds. Above 0, or Infinity. Default Infinity. */
  readonly ttlMs?: number;
  /**
   * What tells calls apart that may have different outcomes; must be something that can be recorded. Default: all that
   * the step can see of the run, its input and the whole context.
   */
  readonly key?: (input: Input, context: Readonly<Context>) => unknown;
  /** Say a new one to leave behind what was cached so far. */
  readonly version?: string;
}

/** A cache policy with its defaults filled in and its ranges checked. */
export type ResolvedCachePolicy = Readonly<Pick<Required<CachePolicy>, "ttlMs"> & Pick<CachePolicy, "key" | "version">>;

/** What is to happen around a step's own work. Plain data; the execution core acts on it. */
export interface StepPolicies {
  readonly retry?: ResolvedRetryPolicy;
  /** Longest time of one attempt, in milliseconds. */
  readonly timeoutMs?: number;
  readonly fallback?: Fallback;
  readonly cache?: ResolvedCachePolicy;
  /** In the order in which they run. */
  readonly plugins?: readonly ValidationPlugin<never, never, never>[];
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
  checkKeys("retry", policy, Object.keys(RETRY_DEFAULTS));
  const resolved = { ...RETRY_DEFAULTS, ...policy };
  checkCount("retry.maxAttempts", resolved.maxAttempts, 1);
  checkAmount("retry.initialDelayMs", resolved.initialDelayMs, 0, true);
  checkAmount("retry.maxDelayMs", resolved.maxDelayMs, 0, true);
  checkAmount("retry.factor", resolved.factor, 1, true);
  checkChoice("retry.jitter", resolved.jitter, ["full", "none"]);
  return Object.freeze(resolved);
}

/** @throws {@link InvalidOptionError} naming the first option that is out of range or not known. */
export function resolveCachePolicy(policy: CachePolicy): ResolvedCachePolicy {
  checkKeys("cache", policy, ["ttlMs", "key", "version"]);
  const { ttlMs = Infinity, key, version } = policy;
  if (ttlMs !== Infinity) checkAmount("cache.ttlMs", ttlMs, 0);
  return Object.freeze({
    ttlMs,
    ...(key === undefined ? {} : { key: checkFunction("cache.key", key) }),
    ...(version === undefined ? {} : { version: checkName("cache.version", version) }),
  });
}

function checkKeys(owner: string, policy: object, known: readonly string[]): void {
  for (const key of Object.keys(policy)) {
    if (!known.includes(key)) throw new InvalidOptionError(`${owner}.${key}`, key, `one of ${known.join(", ")}`);
  }
}
