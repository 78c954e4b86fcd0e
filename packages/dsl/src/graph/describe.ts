import { writtenBudget } from "../step/budget.ts";
import type {
  BudgetPolicy,
  Fallback,
  ProcessorsPolicy,
  ResolvedCachePolicy,
  ResolvedCircuitBreakerPolicy,
  ResolvedLimits,
  ResolvedRetryPolicy,
  StepPolicies,
} from "../step/policies.ts";
import type { AnyStep } from "../step/step.ts";

/** A step and all that is in it, as plain JSON. */
export interface StepDescription {
  readonly name: string;
  readonly kind: string;
  /** What it uses outside of the program. */
  readonly resource?: string;
  /** What the kind adds: bounds, schemas, modes. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly policies?: PolicyDescription;
  readonly children?: readonly ChildDescription[];
}

export interface ChildDescription extends StepDescription {
  readonly role: "next" | "branch" | "body";
  readonly label?: string;
}

export interface PolicyDescription {
  readonly retry?: Written<ResolvedRetryPolicy, "maxElapsedMs">;
  readonly timeoutMs?: number;
  readonly fallback?: { readonly step: StepDescription } | { readonly value: true };
  readonly cache?: { readonly ttlMs: Milliseconds; readonly key?: "function"; readonly version?: string };
  /** How many there are. */
  readonly processors?: { readonly prompt?: number; readonly output?: number };
  /** Their names, in the order in which they run. */
  readonly plugins?: readonly string[];
  /** The steps that the plugins declare to redirect to. */
  readonly redirects?: readonly StepDescription[];
  /** Their names. */
  readonly validators?: readonly string[];
  readonly budget?: BudgetPolicy;
  readonly estimate?: BudgetPolicy | "function";
  readonly limits?: ResolvedLimits;
  readonly circuitBreaker?: Written<ResolvedCircuitBreakerPolicy, "slowCallMs"> | false;
  /** There is a value for when it is left out; what it is stays in the program. */
  readonly optional?: true;
}

/** JSON has no infinity. */
type Milliseconds = number | "Infinity";
type Written<Policy, Endless extends keyof Policy> = Omit<Policy, Endless> & {
  readonly [Name in Endless]: Milliseconds;
};

export function describeStep(step: AnyStep): StepDescription {
  const details = step.details();
  const policies = describePolicies(step.policies);
  const children = step
    .children()
    .map(({ step: child, ...place }): ChildDescription => ({ ...place, ...describeStep(child) }));
  return {
    name: step.name,
    kind: step.kind,
    ...(step.resource === undefined ? {} : { resource: step.resource }),
    ...(Object.keys(details).length > 0 ? { details } : {}),
    ...(Object.keys(policies).length > 0 ? { policies } : {}),
    ...(children.length > 0 ? { children } : {}),
  };
}

function describePolicies(policies: StepPolicies): PolicyDescription {
  const { retry, fallback, cache, processors, plugins, redirects, validators, ...others } = policies;
  const { budget, estimate, circuitBreaker, optional, ...plain } = others;
  return {
    ...plain,
    ...(retry && { retry: { ...retry, maxElapsedMs: written(retry.maxElapsedMs) } }),
    ...(fallback && { fallback: describeFallback(fallback) }),
    ...(cache && { cache: describeCache(cache) }),
    ...(processors && { processors: countProcessors(processors) }),
    ...(plugins && { plugins: plugins.map(({ name }) => name) }),
    ...(redirects && { redirects: redirects.map(describeStep) }),
    ...(validators && { validators: validators.map(({ name }) => name) }),
    ...(budget && { budget: writtenBudget(budget) }),
    ...(estimate && { estimate: typeof estimate === "function" ? "function" : writtenBudget(estimate) }),
    ...(circuitBreaker === false && { circuitBreaker }),
    ...(circuitBreaker && { circuitBreaker: { ...circuitBreaker, slowCallMs: written(circuitBreaker.slowCallMs) } }),
    ...(optional && { optional: true }),
  };
}

function describeFallback(fallback: Fallback): NonNullable<PolicyDescription["fallback"]> {
  return fallback.type === "step" ? { step: describeStep(fallback.step) } : { value: true };
}

function describeCache({ ttlMs, key, version }: ResolvedCachePolicy): NonNullable<PolicyDescription["cache"]> {
  return {
    ttlMs: written(ttlMs),
    ...(key && { key: "function" }),
    ...(version === undefined ? {} : { version }),
  };
}

function countProcessors({ prompt, output }: ProcessorsPolicy): NonNullable<PolicyDescription["processors"]> {
  return { ...(prompt && { prompt: prompt.length }), ...(output && { output: output.length }) };
}

function written(ms: number): Milliseconds {
  return ms === Infinity ? "Infinity" : ms;
}
