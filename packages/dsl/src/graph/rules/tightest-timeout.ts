import type { AnyStep } from "../../step/step.ts";

/** Of the steps, the one whose attempts have the least time. */
export function tightestTimeout(
  steps: readonly AnyStep[],
): { readonly name: string; readonly timeoutMs: number } | undefined {
  return steps
    .flatMap(({ name, policies: { timeoutMs } }) => (timeoutMs === undefined ? [] : [{ name, timeoutMs }]))
    .sort((a, b) => a.timeoutMs - b.timeoutMs)[0];
}
