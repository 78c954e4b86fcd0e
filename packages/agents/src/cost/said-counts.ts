import type { JsonObject } from "../model/json-value.ts";
import type { ModelUsage, V2Usage } from "../model/language-model.ts";
import type { Counts } from "./contradiction.ts";
import { field, fields, isRecord } from "./json-fields.ts";

/** Whether it comes by v3 or v4, which count in two objects; or lifted to them. */
export function isOfV4(usage: ModelUsage | V2Usage): usage is ModelUsage {
  return isRecord(usage.inputTokens) || isRecord(usage.outputTokens);
}

/** The counts of a usage of any version, as they are there. */
export function saidIn(usage: ModelUsage | V2Usage, raw: JsonObject | undefined): Counts {
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
    inputTokens: unlessMadeUp(input.total ?? sumOf(input.noCache, input.cacheRead, input.cacheWrite), raw, INPUT_NAMES),
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

/** Unknown as soon as one of them is. */
export function sumOf(...counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce((sum, count) => (sum === undefined || typeof count !== "number" ? undefined : sum + count), 0);
}
