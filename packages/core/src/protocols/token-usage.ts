/**
 * What one model call used, by the kinds of token that have prices of their own. What is absent is unknown, never 0.
 * Parts are counted in their whole: cached tokens in the input, reasoning in the output.
 */
export interface TokenUsage {
  /** All of the input. */
  readonly inputTokens?: number | undefined;
  /** Of the input: what was read from the provider's cache. */
  readonly cacheReadTokens?: number | undefined;
  /** Of the input: what was written to it. */
  readonly cacheWriteTokens?: number | undefined;
  /** Of `cacheWriteTokens`: what is kept for an hour, where the provider charges more for that. */
  readonly cacheWrite1hTokens?: number | undefined;
  /** Of the input: sound. */
  readonly inputAudioTokens?: number | undefined;
  /** Of `inputAudioTokens` and of `cacheReadTokens`. */
  readonly cacheReadAudioTokens?: number | undefined;
  /** Of the input: pictures. */
  readonly inputImageTokens?: number | undefined;
  /** Of `inputImageTokens` and of `cacheReadTokens`. */
  readonly cacheReadImageTokens?: number | undefined;
  /** All of the output. */
  readonly outputTokens?: number | undefined;
  /** Of the output: what the model thought by itself. */
  readonly reasoningTokens?: number | undefined;
  /** Of the output: sound. */
  readonly outputAudioTokens?: number | undefined;
  /** Of the output: pictures. */
  readonly outputImageTokens?: number | undefined;
  /** Searches of the web that the provider made for the model: not tokens, but on the same bill. */
  readonly webSearches?: number | undefined;
}
