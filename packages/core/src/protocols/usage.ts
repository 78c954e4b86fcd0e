/**
 * What model calls used, added up. A total is `undefined` as soon as one of the calls did not say:
 * unknown is not 0. What the others said is in `known`.
 */
export interface Usage extends Totals {
  /** Model calls reported. */
  readonly requests: number;
  readonly costUsd: number | undefined;
  /** The sums of what was said: lower bounds. */
  readonly known: KnownTotals;
}

/** `inputTokens` includes the cached ones, `outputTokens` the reasoning ones. */
interface Totals {
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly cachedInputTokens: number | undefined;
  readonly reasoningTokens: number | undefined;
  /** `inputTokens + outputTokens`. */
  readonly totalTokens: number | undefined;
  /** In pico-dollars (10⁻¹² USD), exact. */
  readonly costPico: bigint | undefined;
}

export type KnownTotals = { readonly [Name in keyof Totals]: NonNullable<Totals[Name]> };

/** What no model call uses. */
export const NO_USAGE: Usage = Object.freeze({
  requests: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  reasoningTokens: 0,
  totalTokens: 0,
  costPico: 0n,
  costUsd: 0,
  known: Object.freeze({
    inputTokens: 0,
    outputTokens: 0,
    cachedInputTokens: 0,
    reasoningTokens: 0,
    totalTokens: 0,
    costPico: 0n,
  }),
});
