import type { MaybePromise } from "@flujo/dsl";
import { type ServiceToken, token } from "./token.ts";

/** Knows what models cost. */
export interface PriceCatalog {
  /** The price of a model at a time; `undefined` where it knows none, which is not the same as a price of 0. */
  find(model: PricedModel): MaybePromise<ModelPrice | undefined>;
}

export const PriceCatalog: ServiceToken<PriceCatalog> = token<PriceCatalog>("PriceCatalog", "@flujo/agents");

/** A model, and when it was called. */
export interface PricedModel {
  /** Who serves it, as the AI SDK names them: `openai`, `amazon-bedrock`, `openrouter`. Empty where nobody said. */
  readonly provider: string;
  /** Its id there: `gpt-5-mini`; at OpenRouter `openai/gpt-5-mini`. */
  readonly model: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** The tariff, where it is not the standard one: `flex`, `priority`. */
  readonly serviceTier?: string | undefined;
}

/**
 * What a model costs at one time. A kind of token that has no rate costs what its whole does: cached tokens and sound what
 * input does, reasoning what output does. Only an hour in the cache is unpriced where five minutes have a rate and it has none.
 */
export interface ModelPrice {
  readonly input?: TokenRate;
  readonly cacheRead?: TokenRate;
  readonly cacheWrite?: TokenRate;
  readonly cacheWrite1h?: TokenRate;
  readonly inputAudio?: TokenRate;
  readonly cacheReadAudio?: TokenRate;
  readonly inputImage?: TokenRate;
  readonly cacheReadImage?: TokenRate;
  readonly output?: TokenRate;
  readonly reasoning?: TokenRate;
  readonly outputAudio?: TokenRate;
  readonly outputImage?: TokenRate;
  /** Per call, in pico-dollars (10⁻¹² USD). Absent: nothing. */
  readonly requestPico?: bigint;
  /** Per search of the web that the provider makes, in pico-dollars. */
  readonly webSearchPico?: bigint;
  /** Which edition of which list says so: `genai-prices 0.1.8`. */
  readonly catalog: string;
  /** The day from which it applies, `2026-01-01`, where the price has changed. */
  readonly since?: string;
}

/**
 * Pico-dollars per million tokens: `2_500_000_000_000n` is $2.50. So many digits hold every price list exactly.
 *
 * Where there are tiers, the size of a call's whole input says which of them all its tokens are charged by.
 */
export interface TokenRate {
  readonly picoPerMillion: bigint;
  /** In ascending order. */
  readonly tiers?: readonly RateTier[];
}

export interface RateTier {
  /** Applies to calls with more input tokens than this. */
  readonly aboveInputTokens: number;
  readonly picoPerMillion: bigint;
}
