/**
 * What one model call used, as far as its provider said. A field that is absent is unknown, never 0.
 * `inputTokens` includes the cached ones, those read and those written, `outputTokens` the reasoning ones.
 */
export interface UsageReport {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  /** Read from the provider's cache. */
  readonly cachedInputTokens?: number | undefined;
  /** Written to the provider's cache. */
  readonly cacheWriteTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  /** In US dollars. Give `costPico` instead where exactness matters. */
  readonly costUsd?: number | undefined;
  /** In pico-dollars (10⁻¹² USD). Wins over `costUsd`. */
  readonly costPico?: bigint | undefined;
  /** Who says what it cost, or why nobody can. */
  readonly price?: PriceNote | undefined;
  /** Which model it was: `openai/gpt-5-mini`. */
  readonly model?: string | undefined;
  /** What the call was for. Left out: `step`, the work itself. */
  readonly purpose?: CallPurpose | undefined;
  /** Whether the numbers are guesses, of a call that was cut off before its provider said what it used. */
  readonly estimated?: boolean | undefined;
  /** What contradicts itself in what the provider said. */
  readonly suspect?: string | undefined;
  /** Of the prompt that was sent. */
  readonly promptVersion?: string | undefined;
}

/** What a model call is for: the work of a step, or what it takes beside. */
export type CallPurpose = "step" | "repair" | "re-ask" | "judge" | "reflection" | "fallback" | (string & {});

/** Where a cost comes from. */
export interface PriceNote {
  readonly source: "provider" | "override" | "catalog" | "unknown";
  /** Which edition of the price list: `genai-prices 0.1.8`. */
  readonly catalog?: string;
  /** The day from which the price applies, `2026-01-01`, where it has changed. */
  readonly since?: string;
  /** Why the cost is unknown. */
  readonly why?: string;
}
