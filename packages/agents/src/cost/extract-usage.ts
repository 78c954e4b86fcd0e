import type { TokenUsage } from "@flujo/core/protocols";
import type { JsonObject } from "../model/json-value.ts";
import type { ModelUsage, V2Usage } from "../model/language-model.ts";
import { type Counts, contradictionIn } from "./contradiction.ts";
import { field, fields, isRecord } from "./json-fields.ts";
import { type RawParts, rawParts } from "./raw-parts.ts";
import { reportedCost } from "./reported-cost.ts";

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
  const serviceTier = tariff(raw, providerMetadata);
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

function isOfV4(usage: ModelUsage | V2Usage): usage is ModelUsage {
  return isRecord(usage.inputTokens) || isRecord(usage.outputTokens);
}

function saidIn(usage: ModelUsage | V2Usage, raw: JsonObject | undefined): Counts {
  if (!isOfV4(usage)) {
    // With the details, it is what `generateText` and its errors give.
    return {
      inputTokens: unlessMadeUp(usage.inputTokens, raw, INPUT_NAMES),
      cacheReadTokens: usage.cachedInputTokens ?? countAt(usage, "inputTokenDetails", "cacheReadTokens"),
      cacheWriteTokens: countAt(usage, "inputTokenDetails", "cacheWriteTokens"),
      outputTokens: unlessMadeUp(usage.outputTokens, raw, OUTPUT_NAMES),
      reasoningTokens: usage.reasoningTokens ?? countAt(usage, "outputTokenDetails", "reasoningTokens"),
    };
  }
  // What was built without types may lack either half.
  const input: Partial<ModelUsage["inputTokens"]> = usage.inputTokens ?? {};
  const output: Partial<ModelUsage["outputTokens"]> = usage.outputTokens ?? {};
  return {
    inputTokens: unlessMadeUp(input.total, raw, INPUT_NAMES) ?? sumOf(input.noCache, input.cacheRead, input.cacheWrite),
    noCacheTokens: input.noCache,
    cacheReadTokens: input.cacheRead,
    cacheWriteTokens: input.cacheWrite,
    outputTokens: unlessMadeUp(output.total, raw, OUTPUT_NAMES),
    textTokens: output.text,
    reasoningTokens: output.reasoning,
  };
}

function countAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = fields(value, ...path);
  return typeof found === "number" ? found : undefined;
}

const INPUT_NAMES = ["prompt_tokens", "input_tokens", "promptTokenCount", "inputTokens"];
const OUTPUT_NAMES = [
  "completion_tokens",
  "output_tokens",
  "candidatesTokenCount",
  "thoughtsTokenCount",
  "outputTokens",
];

/**
 * Providers of the AI SDK make a 0 of what their service left out. Where there is a usage in the service's own shape, and
 * it is one of the known, a 0 is believed only if it is there.
 */
function unlessMadeUp(
  total: number | undefined,
  raw: JsonObject | undefined,
  names: readonly string[],
): number | undefined {
  if (total !== 0 || raw === undefined) return total;
  const isKnownShape = [...INPUT_NAMES, ...OUTPUT_NAMES, "total_tokens"].some((name) => Object.hasOwn(raw, name));
  return isKnownShape && typeof field(raw, ...names) !== "number" ? undefined : total;
}

function sumOf(...counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce((sum, count) => (sum === undefined || typeof count !== "number" ? undefined : sum + count), 0);
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

/** Names for the tariff that price lists mean. */
const STANDARD = ["standard", "default", "auto", "on_demand", "global", "not_available"];

function tariff(raw: JsonObject | undefined, providerMetadata: unknown): string | undefined {
  const metadata = isRecord(providerMetadata) ? Object.values(providerMetadata) : [];
  const said = [
    field(raw, "service_tier"),
    field(raw, "speed"),
    field(raw, "inference_geo"),
    ...metadata.map((each) => field(each, "serviceTier", "service_tier")),
  ];
  return said.find((tier) => typeof tier === "string" && !STANDARD.includes(tier.toLowerCase())) as string | undefined;
}

/** The counts that have prices, as far as they can be amounts. */
function amounts({ noCacheTokens: _, textTokens: __, ...counts }: Counts): TokenUsage {
  return Object.fromEntries(
    Object.entries(counts).filter(([, count]) => Number.isSafeInteger(count) && (count as number) >= 0),
  );
}
