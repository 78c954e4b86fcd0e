import type { Usage } from "@flujo/core/protocols";

const NOTHING = {
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  reasoningTokens: 0,
  totalTokens: 0,
  costPico: 0n,
};

export const NO_USAGE_TOTALS: Usage = { requests: 0, ...NOTHING, costUsd: 0, known: NOTHING };

/** One call's usage, of which only the sum of tokens matters. */
export function tokens(totalTokens: number): Usage {
  return { ...NO_USAGE_TOTALS, requests: 1, totalTokens, known: { ...NOTHING, totalTokens } };
}
