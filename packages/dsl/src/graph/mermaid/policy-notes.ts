import type { StepPolicies } from "../../step/policies.ts";

/** What a full drawing says of a step's policies. A step as fallback is drawn, not written. */
export function policyNotes({ retry, timeoutMs, fallback }: StepPolicies): readonly string[] {
  return [
    ...(retry === undefined ? [] : [`up to ${retry.maxAttempts} attempts`]),
    ...(timeoutMs === undefined ? [] : [`timeout ${timeoutMs} ms`]),
    ...(fallback?.type === "value" ? ["fallback value"] : []),
  ];
}
