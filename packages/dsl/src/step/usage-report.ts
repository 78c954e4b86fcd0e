/**
 * What one model call used, as far as its provider said. A field that is absent is unknown, never 0.
 * `inputTokens` includes the cached ones, `outputTokens` the reasoning ones.
 */
export interface UsageReport {
  readonly inputTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly cachedInputTokens?: number | undefined;
  readonly reasoningTokens?: number | undefined;
  /** In US dollars. Give `costPico` instead where exactness matters. */
  readonly costUsd?: number | undefined;
  /** In pico-dollars (10⁻¹² USD). Wins over `costUsd`. */
  readonly costPico?: bigint | undefined;
  /** Which model it was: `openai/gpt-5-mini`. */
  readonly model?: string | undefined;
}
