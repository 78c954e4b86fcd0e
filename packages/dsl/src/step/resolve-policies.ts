import { checkKeys, checkSome } from "../errors/check-keys.ts";
import { checkAmount, checkChoice, checkCount, checkFunction, checkName } from "../errors/check-option.ts";
import { InvalidOptionError } from "../errors/invalid-option-error.ts";
import { resolveBudget } from "./budget.ts";
import type {
  CachePolicy,
  CircuitBreakerPolicy,
  EstimatePolicy,
  LimitsPolicy,
  OneOrMany,
  Processor,
  ProcessorsPolicy,
  ResolvedCachePolicy,
  ResolvedCircuitBreakerPolicy,
  ResolvedLimits,
  ResolvedRetryPolicy,
  RetryPolicy,
  StepPolicies,
} from "./policies.ts";

const RETRY_DEFAULTS: ResolvedRetryPolicy = {
  maxAttempts: 3,
  initialDelayMs: 200,
  maxDelayMs: 30_000,
  factor: 2,
  jitter: "full",
  maxElapsedMs: Infinity,
};

/** What a circuit breaker does where its policy doesn't say. */
export const CIRCUIT_BREAKER_DEFAULTS: ResolvedCircuitBreakerPolicy = Object.freeze({
  failureRate: 0.5,
  minimumCalls: 10,
  windowMs: 60_000,
  slowCallMs: Infinity,
  openMs: 30_000,
  probes: 1,
});

/** @throws {@link InvalidOptionError} naming the first option that is out of range or not known. */
export function resolveRetryPolicy(policy: RetryPolicy): ResolvedRetryPolicy {
  checkKeys("retry", policy, Object.keys(RETRY_DEFAULTS));
  const resolved = { ...RETRY_DEFAULTS, ...policy };
  checkCount("retry.maxAttempts", resolved.maxAttempts, 1);
  checkAmount("retry.initialDelayMs", resolved.initialDelayMs, 0, true);
  checkAmount("retry.maxDelayMs", resolved.maxDelayMs, 0, true);
  checkAmount("retry.factor", resolved.factor, 1, true);
  checkChoice("retry.jitter", resolved.jitter, ["full", "none"]);
  checkDuration("retry.maxElapsedMs", resolved.maxElapsedMs);
  return Object.freeze(resolved);
}

/** @throws {@link InvalidOptionError} naming the first option that is out of range or not known. */
export function resolveCachePolicy(policy: CachePolicy): ResolvedCachePolicy {
  checkKeys("cache", policy, ["ttlMs", "key", "version"]);
  const { ttlMs = Infinity, key, version } = policy;
  return Object.freeze({
    ttlMs: checkDuration("cache.ttlMs", ttlMs),
    ...(key === undefined ? {} : { key: checkFunction("cache.key", key) }),
    ...(version === undefined ? {} : { version: checkName("cache.version", version) }),
  });
}

/** @throws {@link InvalidOptionError} naming the first option that is out of range or not known, or where there is none. */
export function resolveEstimate(policy: EstimatePolicy): NonNullable<StepPolicies["estimate"]> {
  return typeof policy === "function" ? policy : resolveBudget(policy, "estimate");
}

/** @throws {@link InvalidOptionError} naming the first option that is out of range or not known, or where there is no limit. */
export function resolveLimits(policy: LimitsPolicy): ResolvedLimits {
  checkKeys("limits", policy, ["resource", "concurrency", "requestsPerMinute", "tokensPerMinute"]);
  const { resource, concurrency, requestsPerMinute, tokensPerMinute } = policy;
  checkSome("limits", { concurrency, requestsPerMinute, tokensPerMinute });
  if (resource !== undefined) checkName("limits.resource", resource);
  if (concurrency !== undefined) checkCount("limits.concurrency", concurrency, 1);
  if (requestsPerMinute !== undefined) checkAmount("limits.requestsPerMinute", requestsPerMinute, 0);
  if (tokensPerMinute !== undefined) checkAmount("limits.tokensPerMinute", tokensPerMinute, 0);
  return Object.freeze({ ...policy });
}

/** @throws {@link InvalidOptionError} naming the first option that is out of range or not known. */
export function resolveCircuitBreaker(policy: CircuitBreakerPolicy | false): ResolvedCircuitBreakerPolicy | false {
  if (policy === false) return false;
  checkKeys("circuitBreaker", policy, ["resource", ...Object.keys(CIRCUIT_BREAKER_DEFAULTS)]);
  const resolved = { ...CIRCUIT_BREAKER_DEFAULTS, ...policy };
  if (resolved.resource !== undefined) checkName("circuitBreaker.resource", resolved.resource);
  if (checkAmount("circuitBreaker.failureRate", resolved.failureRate, 0) > 1) {
    throw new InvalidOptionError("circuitBreaker.failureRate", resolved.failureRate, "at most 1");
  }
  checkCount("circuitBreaker.minimumCalls", resolved.minimumCalls, 1);
  checkAmount("circuitBreaker.windowMs", resolved.windowMs, 0);
  checkDuration("circuitBreaker.slowCallMs", resolved.slowCallMs);
  checkAmount("circuitBreaker.openMs", resolved.openMs, 0);
  checkCount("circuitBreaker.probes", resolved.probes, 1);
  return Object.freeze(resolved);
}

/** Processors as `withProcessors` takes them. */
export interface AddedProcessors {
  readonly prompt?: OneOrMany<Processor<never, never>>;
  readonly output?: OneOrMany<Processor<never, never>>;
}

/** Those that a step has, and then the new ones. @throws {@link InvalidOptionError} for what is no function, and for unknown keys. */
export function addProcessors(before: ProcessorsPolicy = {}, added: AddedProcessors): ProcessorsPolicy {
  checkKeys("processors", added, ["prompt", "output"]);
  checkSome("processors", { prompt: added.prompt, output: added.output });
  return Object.freeze({
    ...before,
    ...(added.prompt !== undefined && { prompt: appended("prompt", before.prompt, added.prompt) }),
    ...(added.output !== undefined && { output: appended("output", before.output, added.output) }),
  });
}

function appended(
  side: keyof ProcessorsPolicy,
  before: readonly Processor<never, never>[] = [],
  added: OneOrMany<Processor<never, never>>,
): readonly Processor<never, never>[] {
  const list = [...before, added].flat();
  for (const processor of list) checkFunction(`processors.${side}`, processor);
  return Object.freeze(list);
}

/** @throws {@link InvalidOptionError} unless it is a number of milliseconds above 0, or Infinity. */
function checkDuration(option: string, ms: number): number {
  return ms === Infinity ? ms : checkAmount(option, ms, 0);
}
