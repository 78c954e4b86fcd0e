import type { TokenUsage } from "@flujo/core/protocols";
import type { JsonObject } from "../model/json-value.ts";
import type { ModelUsage, V2Usage } from "../model/language-model.ts";
import { type Counts, contradictionIn } from "./contradiction.ts";
import { fields, isRecord } from "./json-fields.ts";
import { type RawParts, rawParts } from "./raw-parts.ts";
import { reportedCost } from "./reported-cost.ts";
import { isOfV4, saidIn, sumOf } from "./said-counts.ts";
import { serviceTierOf } from "./service-tier.ts";

/** What a model call used, made comparable between providers. */
export interface ExtractedUsage {
  readonly tokens: TokenUsage;
  readonly requests: 1;
  /** What the provider says that it cost, in pico-dollars (10⁻¹² USD). */
  readonly reportedPico?: bigint;
  /** By what tariff, where it was not the standard one: `flex`, `priority`. */
  readonly serviceTier?: string;
  /** What contradicts itself in the numbers. They are left as the provider gave them. */
  readonly suspect?: string;
  /** In the provider's own shape. */
  readonly raw?: JsonObject;
}

/**
 * Brings what a provider says of a call's usage to one shape, whatever version of the AI SDK's interface it comes by.
 * What is left out, or is something that can't be an amount, stays out: unknown is not 0.
 *
 * @param providerMetadata - of the same answer: some providers say there what the usage leaves out
 */
export function extractUsage(usage: ModelUsage | V2Usage | undefined, providerMetadata?: unknown): ExtractedUsage {
  const raw = rawUsage(usage, providerMetadata);
  const parts = rawParts(raw);
  const counts = merged(usage === undefined ? {} : saidIn(usage, raw), parts);
  const suspect = contradictionIn(counts) ?? cacheGap(usage);
  const reportedPico = reportedCost(raw, providerMetadata);
  const serviceTier = serviceTierOf(raw, providerMetadata);
  return {
    tokens: amounts(counts),
    requests: 1,
    ...(reportedPico === undefined ? {} : { reportedPico }),
    ...(serviceTier === undefined ? {} : { serviceTier }),
    ...(suspect === undefined ? {} : { suspect }),
    ...(raw === undefined ? {} : { raw }),
  };
}

/** What v2 keeps of the provider's own shape is in the metadata, at Anthropic for one. */
function rawUsage(usage: ModelUsage | V2Usage | undefined, providerMetadata: unknown): JsonObject | undefined {
  const said = fields(usage, "raw") ?? fields(providerMetadata, "anthropic", "usage");
  return isRecord(said) ? (said as JsonObject) : undefined;
}

function merged(said: Counts, { tokens, inputWithoutCache }: RawParts): Counts {
  // `null` is how some packages leave out, whatever their types say.
  const known = Object.fromEntries(Object.entries(said).filter(([, value]) => (value ?? undefined) !== undefined));
  const counts: Counts = { ...tokens, ...known };
  const { cacheReadTokens = 0, cacheWriteTokens = 0 } = counts;
  // Through v2, Anthropic's input comes without what was cached, and with no word of what was written.
  if (inputWithoutCache === undefined || said.noCacheTokens !== undefined || said.inputTokens !== inputWithoutCache) {
    return counts;
  }
  return { ...counts, inputTokens: inputWithoutCache + cacheReadTokens + cacheWriteTokens };
}

/** Where a provider says all three, they are all there is. */
function cacheGap(usage: ModelUsage | V2Usage | undefined): string | undefined {
  if (usage === undefined || !isOfV4(usage)) return undefined;
  const { total, noCache, cacheRead, cacheWrite } = usage.inputTokens ?? {};
  const sum = sumOf(noCache, cacheRead, cacheWrite);
  if (total === undefined || sum === undefined || sum === total) return undefined;
  return `noCache, cacheRead and cacheWrite are ${sum}, not inputTokens, ${total}`;
}

/** The counts that have prices, as far as they can be amounts. */
function amounts({ noCacheTokens: _, textTokens: __, ...counts }: Counts): TokenUsage {
  return Object.fromEntries(
    Object.entries(counts).filter(([, count]) => Number.isSafeInteger(count) && (count as number) >= 0),
  );
}
