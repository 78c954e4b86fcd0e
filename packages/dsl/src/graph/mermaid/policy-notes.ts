import type { StepPolicies } from "../../step/policies.ts";

/** What a full drawing says of a step's policies. A step as fallback is drawn, not written. */
export function policyNotes({ retry, timeoutMs, fallback, cache, plugins }: StepPolicies): readonly string[] {
  return [
    ...(retry === undefined ? [] : [`up to ${retry.maxAttempts} attempts`]),
    ...(timeoutMs === undefined ? [] : [`timeout ${timeoutMs} ms`]),
    ...(fallback?.type === "value" ? ["fallback value"] : []),
    ...(cache === undefined ? [] : [cache.ttlMs === Infinity ? "cached" : `cached for ${cache.ttlMs} ms`]),
    ...(plugins === undefined ? [] : [`plugins ${plugins.map(({ name }) => name).join(", ")}`]),
  ];
}
