import type { CountedUsage } from "../script/resolved-reply.ts";

/** What a token costs, in pico-dollars: a dollar a million tokens is 1 000 000n. */
export interface TokenPrices {
  readonly inputPico: bigint;
  /** Default: `inputPico`. */
  readonly cacheReadPico?: bigint;
  /** Default: `inputPico`. */
  readonly cacheWritePico?: bigint;
  /** Of reasoning too. */
  readonly outputPico: bigint;
}

/** What a use of tokens costs, in pico-dollars, to the last of them. */
export function priceOf(usage: CountedUsage, prices: TokenPrices): bigint {
  const { inputPico, cacheReadPico = inputPico, cacheWritePico = inputPico, outputPico } = prices;
  const plain = usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens;
  return (
    BigInt(plain) * inputPico +
    BigInt(usage.cacheReadTokens) * cacheReadPico +
    BigInt(usage.cacheWriteTokens) * cacheWritePico +
    BigInt(usage.outputTokens) * outputPico
  );
}
