import { writtenBudget } from "../../step/budget.ts";
import type { ResolvedBudget, ResolvedLimits, ResolvedRetryPolicy, StepPolicies } from "../../step/policies.ts";

/** What a full drawing says of a step's policies. A step as fallback, or to redirect to, is drawn, not written. */
export function policyNotes(policies: StepPolicies): readonly string[] {
  const { retry, timeoutMs, fallback, cache, processors, plugins, validators, ...others } = policies;
  const { budget, estimate, limits, circuitBreaker, optional } = others;
  return [
    retry && retryNote(retry),
    timeoutMs && `timeout ${timeoutMs} ms`,
    fallback?.type === "value" && "fallback value",
    cache && (cache.ttlMs === Infinity ? "cached" : `cached for ${cache.ttlMs} ms`),
    processors?.prompt && `prompt processors: ${processors.prompt.length}`,
    processors?.output && `output processors: ${processors.output.length}`,
    plugins && `plugins ${namesOf(plugins)}`,
    validators && `validators ${namesOf(validators)}`,
    budget && `budget ${amounts(budget)}`,
    estimate && `estimate ${typeof estimate === "function" ? "by a function" : amounts(estimate)}`,
    limits && limitsNote(limits),
    circuitBreaker && `circuit breaker${circuitBreaker.resource === undefined ? "" : ` of ${circuitBreaker.resource}`}`,
    circuitBreaker === false && "no circuit breaker",
    optional && "optional",
  ].filter((note) => typeof note === "string");
}

function retryNote({ maxAttempts, maxElapsedMs }: ResolvedRetryPolicy): string {
  return `up to ${maxAttempts} attempts${maxElapsedMs === Infinity ? "" : ` within ${maxElapsedMs} ms`}`;
}

function limitsNote({ resource, concurrency, requestsPerMinute, tokensPerMinute }: ResolvedLimits): string {
  const limits = [
    concurrency && `${concurrency} at a time`,
    requestsPerMinute && `${requestsPerMinute} calls a minute`,
    tokensPerMinute && `${tokensPerMinute} tokens a minute`,
  ].filter((limit) => limit !== undefined);
  return `${resource === undefined ? "limits" : `limits of ${resource}`}: ${limits.join(", ")}`;
}

function amounts(budget: ResolvedBudget): string {
  const { costUsd, totalTokens } = writtenBudget(budget);
  return [costUsd === undefined ? [] : `$${costUsd}`, totalTokens === undefined ? [] : `${totalTokens} tokens`]
    .flat()
    .join(", ");
}

function namesOf(list: readonly { readonly name: string }[]): string {
  return list.map(({ name }) => name).join(", ");
}
