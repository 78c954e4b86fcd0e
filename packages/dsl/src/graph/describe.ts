import type { Fallback, ResolvedCachePolicy, StepPolicies } from "../step/policies.ts";
import type { AnyStep } from "../step/step.ts";

/** A step and all that is in it, as plain JSON. */
export interface StepDescription {
  readonly name: string;
  readonly kind: string;
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
  readonly retry?: StepPolicies["retry"];
  readonly timeoutMs?: number;
  readonly fallback?: { readonly step: StepDescription } | { readonly value: true };
  /** Their names, in the order in which they run. */
  readonly plugins?: readonly string[];
  readonly cache?: { readonly ttlMs: number | "Infinity"; readonly key?: "function"; readonly version?: string };
}

export function describeStep(step: AnyStep): StepDescription {
  const details = step.details();
  const policies = describePolicies(step.policies);
  const children = step
    .children()
    .map(({ step: child, ...place }): ChildDescription => ({ ...place, ...describeStep(child) }));
  return {
    name: step.name,
    kind: step.kind,
    ...(Object.keys(details).length > 0 ? { details } : {}),
    ...(Object.keys(policies).length > 0 ? { policies } : {}),
    ...(children.length > 0 ? { children } : {}),
  };
}

function describePolicies({ fallback, cache, plugins, ...plain }: StepPolicies): PolicyDescription {
  return {
    ...plain,
    ...(fallback === undefined ? {} : { fallback: describeFallback(fallback) }),
    ...(cache === undefined ? {} : { cache: describeCache(cache) }),
    ...(plugins === undefined ? {} : { plugins: plugins.map(({ name }) => name) }),
  };
}

function describeFallback(fallback: Fallback): NonNullable<PolicyDescription["fallback"]> {
  return fallback.type === "step" ? { step: describeStep(fallback.step) } : { value: true };
}

function describeCache({ ttlMs, key, version }: ResolvedCachePolicy): NonNullable<PolicyDescription["cache"]> {
  return {
    ttlMs: ttlMs === Infinity ? "Infinity" : ttlMs,
    ...(key === undefined ? {} : { key: "function" }),
    ...(version === undefined ? {} : { version }),
  };
}
