import type { ModelRequest } from "../script/model-request.ts";
import type { CountedUsage } from "../script/resolved-reply.ts";
import type { FaultKind } from "./fault-plan.ts";

/**
 * What the server's journal has of one request.
 *
 * It is charged from when its answer is known, in full, whether the client stays to hear it or goes, and whether it gets through or
 * breaks off: so what is charged never depends on how fast anybody is.
 */
export interface ServedCall {
  /** In the order of arrival, from 1. */
  readonly number: number;
  /** With its query, secrets replaced. */
  readonly path: string;
  /** As received, names in lower case and secrets replaced. */
  readonly headers: Readonly<Record<string, string>>;
  /** As received: JSON, or the text where it is none. */
  readonly body: unknown;
  /** Absent where the request is none that the server knows. */
  readonly request: ModelRequest | undefined;
  /**
   * `answered`: everything was sent. `broken`: broke off as the script or a fault wants it. `left`: the client went before the end.
   */
  readonly state: "at work" | "answered" | "broken" | "left";
  /** HTTP's; absent until something is sent. */
  readonly status: number | undefined;
  /** What was sent, up to where it broke off. */
  readonly sent: string;
  /** The fault that it met. */
  readonly fault: FaultKind | undefined;
  /** What is charged, be it reported or not. */
  readonly usage: CountedUsage;
  readonly costPico: bigint;
}

/** Sums of calls. */
export interface ServedTotals {
  readonly calls: number;
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly costPico: bigint;
}

export function totalsOf(calls: readonly ServedCall[]): ServedTotals {
  const sum = (count: (usage: CountedUsage) => number): number =>
    calls.reduce((total, { usage }) => total + count(usage), 0);
  return {
    calls: calls.length,
    inputTokens: sum(({ inputTokens }) => inputTokens),
    cacheReadTokens: sum(({ cacheReadTokens }) => cacheReadTokens),
    cacheWriteTokens: sum(({ cacheWriteTokens }) => cacheWriteTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    reasoningTokens: sum(({ reasoningTokens }) => reasoningTokens),
    costPico: calls.reduce((total, { costPico }) => total + costPico, 0n),
  };
}
