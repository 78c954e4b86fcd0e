import { quantile } from "./quantile.ts";

/** How long something took, each in milliseconds. */
export interface Durations {
  /** How many were looked at. */
  readonly count: number;
  readonly medianMs: number;
  /** As long as 95 of 100 took, or less. */
  readonly p95Ms: number;
  readonly longestMs: number;
  readonly totalMs: number;
}

/** Undefined of none. */
export function durationsOf(durationsMs: readonly number[]): Durations | undefined {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  const [medianMs, p95Ms, longestMs] = [quantile(sorted, 0.5), quantile(sorted, 0.95), sorted.at(-1)];
  if (medianMs === undefined || p95Ms === undefined || longestMs === undefined) return undefined;
  return { count: sorted.length, medianMs, p95Ms, longestMs, totalMs: sorted.reduce((sum, ms) => sum + ms, 0) };
}
