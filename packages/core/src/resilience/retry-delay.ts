import type { ResolvedRetryPolicy } from "@flujo/dsl";
import type { Random } from "../protocols/random.ts";

/** Milliseconds to wait once attempt `failed` (counted from 1) has failed. */
export function retryDelayMs(failed: number, policy: ResolvedRetryPolicy, random: Random): number {
  const limit = Math.min(policy.maxDelayMs, policy.initialDelayMs * policy.factor ** (failed - 1));
  return policy.jitter === "none" ? limit : random.next() * limit;
}
