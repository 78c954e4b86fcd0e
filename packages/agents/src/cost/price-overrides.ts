/**
 * Prices of your own, by what they are of: `openai/gpt-5-mini`, a model of one provider; `gpt-5-mini`, that model wherever it
 * is served; `ollama/*`, all of a provider's. The first of these that there is counts.
 *
 * Several for one model are dated: that counts whose `from` is the latest before the call.
 */
export type PriceOverrides = Readonly<Record<string, PriceOverride | readonly PriceOverride[]>>;

/** What a model costs, in US dollars per million tokens. What is left out costs what the kind that it is part of does. */
export interface PriceOverride {
  readonly input?: RateOverride;
  readonly cacheRead?: RateOverride;
  readonly cacheWrite?: RateOverride;
  /** For what is kept for an hour. */
  readonly cacheWrite1h?: RateOverride;
  readonly inputAudio?: RateOverride;
  readonly cacheReadAudio?: RateOverride;
  readonly inputImage?: RateOverride;
  readonly cacheReadImage?: RateOverride;
  readonly output?: RateOverride;
  readonly reasoning?: RateOverride;
  readonly outputAudio?: RateOverride;
  readonly outputImage?: RateOverride;
  /** In US dollars, for each call. Default: nothing. */
  readonly perRequest?: Amount;
  /** In US dollars, for each search of the web that the provider makes. */
  readonly perWebSearch?: Amount;
  /** From when: `2026-01-01`, or a time with its zone. A date begins at midnight UTC. Default: always. */
  readonly from?: string;
  /** Until when, that moment excluded. Default: for good. */
  readonly until?: string;
  /** For calls by this tariff of the provider's, such as `flex`. Default: for those by the standard one. */
  readonly serviceTier?: string;
}

/** Exact as a decimal text, `"0.075"`; a number is taken by the digits that it is written with. At least 0. */
export type Amount = number | string;

/** One price; or, by how many input tokens the call has, several: the last whose `above` is passed is for all its tokens. */
export type RateOverride = Amount | { readonly base: Amount; readonly tiers: readonly TierOverride[] };

export interface TierOverride {
  /** Whole, at least 0. */
  readonly above: number;
  readonly price: Amount;
}
