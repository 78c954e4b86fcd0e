import type { ModelPrice, TokenRate, TokenUsage } from "@flujo/core/protocols";
import { divideRounded } from "./decimal.ts";

/** What a call of a size costs at a price, or what is missing to say it. */
export type Charge =
  | { readonly costPico: bigint }
  | { readonly costPico: undefined; readonly missing: "price" | "usage"; readonly why: string };

const MILLION = 1_000_000n;

/**
 * Multiplies and adds in whole numbers, and rounds once, at the end: to the nearest pico-dollar, half upwards.
 * A part that the provider does not tell from its whole is charged as the whole is.
 */
export function charge(usage: TokenUsage, price: ModelPrice): Charge {
  if (isFree(price)) return { costPico: 0n };
  const { inputTokens, outputTokens } = usage;
  if (inputTokens === undefined) return unknownUsage("how many tokens went in");
  if (outputTokens === undefined) return unknownUsage("how many tokens came out");
  let picoMillions = 0n;
  for (const { tokens, rate, what } of [...inputLines(usage, price), ...outputLines(usage, price)]) {
    if (tokens === 0) continue;
    if (!(tokens > 0)) return unknownUsage(`how many of the tokens are ${what}`);
    if (rate === undefined) return { costPico: undefined, missing: "price", why: `there is no price for ${what}` };
    picoMillions += BigInt(tokens) * rateFor(rate, inputTokens);
  }
  const searches = usage.webSearches ?? 0;
  if (searches > 0 && price.webSearchPico === undefined) {
    return { costPico: undefined, missing: "price", why: "there is no price for searches of the web" };
  }
  const extras = (price.requestPico ?? 0n) + BigInt(searches) * (price.webSearchPico ?? 0n);
  return { costPico: divideRounded(picoMillions, MILLION) + extras };
}

interface Line {
  readonly tokens: number;
  readonly rate: TokenRate | undefined;
  readonly what: string;
}

/** Kinds without a rate of their own stay in the rest. NaN: how two of them overlap was not said. */
function inputLines(usage: TokenUsage, price: ModelPrice): readonly Line[] {
  const read = priced(usage.cacheReadTokens, price.cacheRead);
  const long = priced(usage.cacheWrite1hTokens, price.cacheWrite ?? price.cacheWrite1h);
  const write = priced(usage.cacheWriteTokens, price.cacheWrite ?? price.cacheWrite1h) - long;
  const audio = priced(usage.inputAudioTokens, price.inputAudio);
  const image = priced(usage.inputImageTokens, price.inputImage);
  const readAudio = overlap(read, audio, usage.cacheReadAudioTokens);
  const readImage = overlap(read, image, usage.cacheReadImageTokens);
  const rest = (usage.inputTokens ?? 0) - read - write - long - audio - image + readAudio + readImage;
  // What may not have been said comes first, for the error to name it.
  return [
    { tokens: readAudio, rate: price.cacheReadAudio ?? price.inputAudio, what: "cached sound" },
    { tokens: readImage, rate: price.cacheReadImage ?? price.inputImage, what: "cached pictures" },
    { tokens: audio - readAudio, rate: price.inputAudio, what: "sound" },
    { tokens: image - readImage, rate: price.inputImage, what: "pictures" },
    { tokens: read - readAudio - readImage, rate: price.cacheRead, what: "cached input" },
    { tokens: write, rate: price.cacheWrite, what: "writing to the cache" },
    { tokens: long, rate: price.cacheWrite1h, what: "writing to the cache for an hour" },
    { tokens: rest, rate: price.input, what: "input" },
  ];
}

function outputLines(usage: TokenUsage, price: ModelPrice): readonly Line[] {
  const reasoning = priced(usage.reasoningTokens, price.reasoning);
  const audio = priced(usage.outputAudioTokens, price.outputAudio);
  const image = priced(usage.outputImageTokens, price.outputImage);
  return [
    { tokens: (usage.outputTokens ?? 0) - reasoning - audio - image, rate: price.output, what: "output" },
    { tokens: reasoning, rate: price.reasoning, what: "reasoning" },
    { tokens: audio, rate: price.outputAudio, what: "spoken output" },
    { tokens: image, rate: price.outputImage, what: "pictures in the output" },
  ];
}

function priced(tokens: number | undefined, rate: TokenRate | undefined): number {
  return rate === undefined ? 0 : (tokens ?? 0);
}

function overlap(read: number, part: number, said: number | undefined): number {
  if (read === 0 || part === 0) return 0;
  return said ?? Number.NaN;
}

function rateFor({ picoPerMillion, tiers = [] }: TokenRate, inputTokens: number): bigint {
  return tiers.findLast(({ aboveInputTokens }) => inputTokens > aboveInputTokens)?.picoPerMillion ?? picoPerMillion;
}

/** Then it does not matter what was used. */
function isFree({ requestPico = 0n, webSearchPico = 0n, catalog: _, since: __, ...rates }: ModelPrice): boolean {
  return (
    rates.input !== undefined &&
    rates.output !== undefined &&
    requestPico === 0n &&
    webSearchPico === 0n &&
    Object.values<TokenRate>(rates).every(({ picoPerMillion, tiers = [] }) =>
      [{ picoPerMillion }, ...tiers].every((rate) => rate.picoPerMillion === 0n),
    )
  );
}

function unknownUsage(what: string): Charge {
  return { costPico: undefined, missing: "usage", why: `the provider did not say ${what}` };
}
