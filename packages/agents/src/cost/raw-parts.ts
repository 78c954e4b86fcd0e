import type { TokenUsage } from "@flujo/core/protocols";
import type { JsonObject } from "../model/json-value.ts";
import { field, fields, isRecord } from "./json-fields.ts";

/** What the AI SDK's own shape has no place for, from a provider's. */
export interface RawParts {
  readonly tokens: TokenUsage;
  /** The input without what was read from and written to the cache, where the provider counts that beside it. */
  readonly inputWithoutCache?: number | undefined;
}

/**
 * Source: the usage objects of OpenAI's chat completions and responses, Anthropic's messages and Google's `generateContent`,
 * and of the many that copy the first.
 */
export function rawParts(raw: JsonObject | undefined): RawParts {
  if (raw === undefined) return { tokens: {} };
  const input = field(raw, "prompt_tokens_details", "input_tokens_details");
  const output = field(raw, "completion_tokens_details", "output_tokens_details");
  const cached = field(input, "cached_tokens_details");
  const anthropic = raw["cache_creation_input_tokens"] !== undefined || raw["cache_read_input_tokens"] !== undefined;
  return {
    tokens: {
      cacheWriteTokens: count(fields(input, "cache_write_tokens") ?? raw["cache_creation_input_tokens"]),
      cacheWrite1hTokens: count(fields(raw, "cache_creation", "ephemeral_1h_input_tokens")),
      inputAudioTokens: count(fields(input, "audio_tokens")) ?? ofModality(raw["promptTokensDetails"], "AUDIO"),
      inputImageTokens: count(fields(input, "image_tokens")) ?? ofModality(raw["promptTokensDetails"], "IMAGE"),
      cacheReadAudioTokens: count(fields(cached, "audio_tokens")) ?? ofModality(raw["cacheTokensDetails"], "AUDIO"),
      cacheReadImageTokens: count(fields(cached, "image_tokens")) ?? ofModality(raw["cacheTokensDetails"], "IMAGE"),
      outputAudioTokens: count(fields(output, "audio_tokens")) ?? ofModality(raw["candidatesTokensDetails"], "AUDIO"),
      outputImageTokens: count(fields(output, "image_tokens")) ?? ofModality(raw["candidatesTokensDetails"], "IMAGE"),
      webSearches: count(fields(raw, "server_tool_use", "web_search_requests")),
    },
    inputWithoutCache: anthropic ? count(raw["input_tokens"]) : undefined,
  };
}

function ofModality(details: unknown, modality: string): number | undefined {
  if (!Array.isArray(details)) return undefined;
  const entry: unknown = details.find((each) => isRecord(each) && each["modality"] === modality);
  // Google names what there is: what it leaves out is none.
  return entry === undefined ? 0 : count(fields(entry, "tokenCount"));
}

/** `null` is how some providers leave out. Whether a number can be an amount is seen later. */
function count(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
