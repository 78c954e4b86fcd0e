import type { TokenUsage } from "@flujo/core/protocols";

/** Counts as a provider gave them, with two that are not priced by themselves. */
export interface Counts extends TokenUsage {
  /** Of the input: neither read from the cache nor written to it. */
  readonly noCacheTokens?: number | undefined;
  /** Of the output: what is not reasoning. */
  readonly textTokens?: number | undefined;
}

type Kind = keyof Counts;

/** Parts that don't overlap, and what they are parts of. */
const PARTS: readonly { readonly whole: Kind; readonly parts: readonly Kind[] }[] = [
  { whole: "inputTokens", parts: ["noCacheTokens"] },
  { whole: "inputTokens", parts: ["cacheReadTokens", "cacheWriteTokens"] },
  { whole: "inputTokens", parts: ["inputAudioTokens", "inputImageTokens"] },
  { whole: "cacheWriteTokens", parts: ["cacheWrite1hTokens"] },
  { whole: "cacheReadTokens", parts: ["cacheReadAudioTokens", "cacheReadImageTokens"] },
  { whole: "inputAudioTokens", parts: ["cacheReadAudioTokens"] },
  { whole: "inputImageTokens", parts: ["cacheReadImageTokens"] },
  { whole: "outputTokens", parts: ["textTokens"] },
  { whole: "outputTokens", parts: ["reasoningTokens"] },
  { whole: "outputTokens", parts: ["outputAudioTokens", "outputImageTokens"] },
];

/** What can't be in a call's counts, in words. */
export function contradictionIn(counts: Counts): string | undefined {
  for (const [kind, value] of Object.entries(counts) as [Kind, number | undefined][]) {
    if (value !== undefined && !(Number.isSafeInteger(value) && value >= 0)) return `${kind} is ${value}`;
  }
  for (const { whole, parts } of PARTS) {
    const all = counts[whole];
    const sum = parts.reduce((total, part) => total + (counts[part] ?? 0), 0);
    if (all !== undefined && sum > all) return `${parts.join(" and ")} are ${sum}, more than ${whole}, ${all}`;
  }
  return undefined;
}
