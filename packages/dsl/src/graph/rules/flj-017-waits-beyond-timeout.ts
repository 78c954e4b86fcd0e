import type { ResolvedRetryPolicy } from "../../step/policies.ts";
import type { Rule } from "../place.ts";
import { tightestTimeout } from "./tightest-timeout.ts";

/** The last attempts come too late, if the waits between them take all the time that there is. */
export const waitsBeyondTimeout: Rule = ({ step, within }) => {
  const { retry } = step.policies;
  const around = tightestTimeout(within);
  // Waits with jitter may be as short as nothing.
  if (retry === undefined || retry.jitter !== "none" || around === undefined) return [];
  const waitsMs = sumOfWaitsMs(retry, around.timeoutMs);
  if (waitsMs < around.timeoutMs) return [];
  return [
    {
      rule: "FLJ017",
      severity: "warning",
      message: `the waits between the attempts at "${step.name}" alone outlast the timeout of "${around.name}", ${around.timeoutMs} ms`,
      fix: "allow fewer attempts or shorter waits, or more time around them",
    },
  ];
};

/** All waits, or those up to `enoughMs`, in milliseconds. */
function sumOfWaitsMs(
  { maxAttempts, initialDelayMs, maxDelayMs, factor }: ResolvedRetryPolicy,
  enoughMs: number,
): number {
  let sumMs = 0;
  let waitMs = initialDelayMs;
  for (let attempt = 1; attempt < maxAttempts && sumMs < enoughMs && waitMs > 0; attempt++) {
    sumMs += Math.min(maxDelayMs, waitMs);
    if (maxDelayMs === 0) break;
    waitMs *= factor;
  }
  return sumMs;
}
