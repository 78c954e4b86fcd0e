import type { CallCost } from "@flujo/core/protocols";
import type { ModelUsage } from "../../src/index.ts";

/** A call, and what it must cost to the pico-dollar. Worked out by hand from the price lists, line by line, in millionths of a dollar. */
export interface Invoice {
  readonly of: string;
  readonly model: string;
  /** Default: 1 June 2026. */
  readonly at?: string;
  readonly usage: ModelUsage;
  readonly providerMetadata?: unknown;
  readonly costPico: bigint;
  readonly source: CallCost["source"];
}

/** Counts as a provider gives them, at a glance. */
export function used(
  input: number,
  output: number,
  parts: { readonly read?: number; readonly write?: number; readonly reasoning?: number } = {},
  raw?: ModelUsage["raw"],
): ModelUsage {
  const { read = 0, write, reasoning } = parts;
  return {
    inputTokens: { total: input, noCache: input - read - (write ?? 0), cacheRead: read, cacheWrite: write },
    outputTokens: { total: output, text: undefined, reasoning },
    ...(raw === undefined ? {} : { raw }),
  };
}

/** Prices of our own, which some of the invoices go by. */
export const OVERRIDES = {
  "acme/dust": { input: "0.0000001", output: "0.0000001" },
  "acme/fractions": { input: "0.0333", output: 0.1 },
  "acme/steps": {
    input: {
      base: "1",
      tiers: [
        { above: 200, price: "3" },
        { above: 100, price: "2" },
      ],
    },
    output: { base: "10", tiers: [{ above: 100, price: "20" }] },
  },
  "acme/writer": { input: "2", cacheRead: "0.2", cacheWrite: "2.5", cacheWrite1h: "4", output: "8", reasoning: "6" },
  "acme/meter": { perRequest: "0.0005", input: "1", output: "1" },
  "openai/gpt-4.1": [
    { input: "1", cacheRead: "0.5", output: "2", from: "2026-05-01", until: "2026-07-01" },
    { input: "0.8", cacheRead: "0.4", output: "1.6", from: "2026-06-15", until: "2026-07-01" },
  ],
  "gpt-5.5": { input: "4", output: "20", serviceTier: "flex" },
  "ollama/*": { input: 0, output: 0 },
} as const;

export const INVOICES: readonly Invoice[] = [
  {
    of: "input, cached input and output: 4,000 x 0.40 + 6,000 x 0.10 + 500 x 1.60 = 1,600 + 600 + 800",
    model: "openai/gpt-4.1-mini",
    usage: used(10_000, 500, { read: 6_000 }),
    costPico: 3_000_000_000n,
    source: "catalog",
  },
  {
    of: "odd numbers: 1,234 x 0.40 + 567 x 1.60 = 493.6 + 907.2",
    model: "openai/gpt-4.1-mini",
    usage: used(1_234, 567),
    costPico: 1_400_800_000n,
    source: "catalog",
  },
  {
    of: "a dated snapshot, reasoning in the output: 800 x 0.25 + 200 x 0.025 + 900 x 2 = 200 + 5 + 1,800",
    model: "openai/gpt-5-mini-2025-08-07",
    usage: used(1_000, 900, { read: 200, reasoning: 700 }),
    costPico: 2_005_000_000n,
    source: "catalog",
  },
  {
    of: "five minutes in the cache: 2,000 x 3 + 6,000 x 0.30 + 2,000 x 3.75 + 500 x 15 = 6,000 + 1,800 + 7,500 + 7,500",
    model: "anthropic/claude-sonnet-4-5",
    usage: used(10_000, 500, { read: 6_000, write: 2_000 }),
    costPico: 22_800_000_000n,
    source: "catalog",
  },
  {
    of: "1,500 of them for an hour: 6,000 + 1,800 + 500 x 3.75 + 1,500 x 6 + 7,500 = 6,000 + 1,800 + 1,875 + 9,000 + 7,500",
    model: "anthropic/claude-sonnet-4-5",
    usage: used(10_000, 500, { read: 6_000, write: 2_000 }, { cache_creation: { ephemeral_1h_input_tokens: 1_500 } }),
    costPico: 26_175_000_000n,
    source: "catalog",
  },
  {
    of: "everything for an hour: 10 x 5 + 4,000 x 10 + 100 x 25 = 50 + 40,000 + 2,500",
    model: "anthropic/claude-opus-5",
    usage: used(4_010, 100, { write: 4_000 }, { cache_creation: { ephemeral_1h_input_tokens: 4_000 } }),
    costPico: 42_550_000_000n,
    source: "catalog",
  },
  {
    of: "the last call of the lower tier: 200,000 x 1.25 + 1,000 x 10 = 250,000 + 10,000",
    model: "google/gemini-2.5-pro",
    usage: used(200_000, 1_000),
    costPico: 260_000_000_000n,
    source: "catalog",
  },
  {
    of: "the first of the higher: 200,001 x 2.50 + 1,000 x 15 = 500,002.5 + 15,000",
    model: "google/gemini-2.5-pro",
    usage: used(200_001, 1_000),
    costPico: 515_002_500_000n,
    source: "catalog",
  },
  {
    of: "a tier of cached input: 150,000 x 2.50 + 100,000 x 0.25 + 500 x 15 = 375,000 + 25,000 + 7,500",
    model: "google/gemini-2.5-pro",
    usage: used(250_000, 500, { read: 100_000 }),
    costPico: 407_500_000_000n,
    source: "catalog",
  },
  {
    of: "a tier of all kinds: 5,000 x 6 + 200,000 x 0.60 + 4,000 x 7.50 + 1,000 x 12 + 1,000 x 22.50",
    model: "anthropic/claude-sonnet-4-5",
    usage: used(
      210_000,
      1_000,
      { read: 200_000, write: 5_000 },
      { cache_creation: { ephemeral_1h_input_tokens: 1_000 } },
    ),
    costPico: 214_500_000_000n,
    source: "catalog",
  },
  {
    of: "the last second of an old price: 1,000 x 10 + 1,000 x 40",
    model: "openai/o3",
    at: "2025-06-09T23:59:59.999Z",
    usage: used(1_000, 1_000),
    costPico: 50_000_000_000n,
    source: "catalog",
  },
  {
    of: "the first of the new one: 1,000 x 2 + 1,000 x 8",
    model: "openai/o3",
    at: "2025-06-10T00:00:00Z",
    usage: used(1_000, 1_000),
    costPico: 10_000_000_000n,
    source: "catalog",
  },
  {
    of: "a long prompt while it had a tier: 300,000 x 10 + 100 x 37.50",
    model: "anthropic/claude-opus-4-6",
    at: "2026-03-12T12:00:00Z",
    usage: used(300_000, 100),
    costPico: 3_003_750_000_000n,
    source: "catalog",
  },
  {
    of: "and once it had none: 300,000 x 5 + 100 x 25",
    model: "anthropic/claude-opus-4-6",
    at: "2026-03-13T00:00:00Z",
    usage: used(300_000, 100),
    costPico: 1_502_500_000_000n,
    source: "catalog",
  },
  {
    of: "at night: 600 x 0.135 + 400 x 0.035 + 200 x 0.55 = 81 + 14 + 110",
    model: "deepseek/deepseek-chat",
    at: "2025-03-01T18:00:00Z",
    usage: used(1_000, 200, { read: 400 }),
    costPico: 205_000_000n,
    source: "catalog",
  },
  {
    of: "by day: 600 x 0.27 + 400 x 0.07 + 200 x 1.10 = 162 + 28 + 220",
    model: "deepseek/deepseek-chat",
    at: "2025-03-01T10:00:00Z",
    usage: used(1_000, 200, { read: 400 }),
    costPico: 410_000_000n,
    source: "catalog",
  },
  {
    of: "sound that goes in: 500 x 0.30 + 1,500 x 1 + 300 x 2.50 = 150 + 1,500 + 750",
    model: "google/gemini-2.5-flash",
    usage: used(
      2_000,
      300,
      { reasoning: 100 },
      {
        promptTokenCount: 2_000,
        promptTokensDetails: [
          { modality: "TEXT", tokenCount: 500 },
          { modality: "AUDIO", tokenCount: 1_500 },
        ],
      },
    ),
    costPico: 2_400_000_000n,
    source: "catalog",
  },
  {
    of: "sound of which some is cached: 1,700 x 0.30 + 800 x 0.03 + 300 x 1 + 1,200 x 0.10 + 100 x 2.50 = 510 + 24 + 300 + 120 + 250",
    model: "google/gemini-2.5-flash",
    usage: used(
      4_000,
      100,
      { read: 2_000 },
      {
        promptTokenCount: 4_000,
        promptTokensDetails: [{ modality: "AUDIO", tokenCount: 1_500 }],
        cacheTokensDetails: [{ modality: "AUDIO", tokenCount: 1_200 }],
      },
    ),
    costPico: 1_204_000_000n,
    source: "catalog",
  },
  {
    of: "sound both ways: 200 x 2.50 + 800 x 32 + 100 x 10 + 500 x 64 = 500 + 25,600 + 1,000 + 32,000",
    model: "openai/gpt-audio",
    usage: used(
      1_000,
      600,
      {},
      {
        prompt_tokens: 1_000,
        completion_tokens: 600,
        prompt_tokens_details: { audio_tokens: 800, cached_tokens: 0 },
        completion_tokens_details: { audio_tokens: 500 },
      },
    ),
    costPico: 59_100_000_000n,
    source: "catalog",
  },
  {
    of: "a picture that comes out: 300 x 0.30 + 100 x 2.50 + 1,290 x 30 = 90 + 250 + 38,700",
    model: "google/gemini-2.5-flash-image",
    usage: used(
      300,
      1_390,
      {},
      {
        promptTokenCount: 300,
        candidatesTokenCount: 1_390,
        candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 1_290 }],
      },
    ),
    costPico: 39_040_000_000n,
    source: "catalog",
  },
  {
    of: "all kinds at once: 1,100 x 4 + 400 x 0.40 + 600 x 32 + 400 x 0.40 + 300 x 5 + 200 x 0.50 + 50 x 16 + 150 x 64",
    model: "openai/gpt-realtime",
    usage: used(
      3_000,
      200,
      { read: 1_000 },
      {
        input_tokens: 3_000,
        output_tokens: 200,
        input_tokens_details: {
          audio_tokens: 1_000,
          image_tokens: 500,
          cached_tokens_details: { audio_tokens: 400, image_tokens: 200 },
        },
        output_tokens_details: { audio_tokens: 150 },
      },
    ),
    costPico: 35_920_000_000n,
    source: "catalog",
  },
  {
    of: "reasoning at a price of its own: 100 x 2 + 400 x 8 + 600 x 3 = 200 + 3,200 + 1,800",
    model: "perplexity/sonar-deep-research",
    usage: used(100, 1_000, { reasoning: 600 }),
    costPico: 5_200_000_000n,
    source: "catalog",
  },
  {
    of: "a price for the call itself: 50 x 1 + 200 x 1 + 12,000",
    model: "perplexity/sonar",
    usage: used(50, 200),
    costPico: 12_250_000_000n,
    source: "catalog",
  },
  {
    of: "three searches of the web: 1,000 x 2 + 100 x 10 + 3 x 10,000",
    model: "anthropic/claude-sonnet-5",
    usage: used(1_000, 100, { write: 0 }, { server_tool_use: { web_search_requests: 3 } }),
    costPico: 33_000_000_000n,
    source: "catalog",
  },
  {
    of: "Azure, which has OpenAI's prices",
    model: "azure/gpt-4.1-mini",
    usage: used(10_000, 500, { read: 6_000 }),
    costPico: 3_000_000_000n,
    source: "catalog",
  },
  {
    of: "Bedrock, a tenth more in one region: 1,000 x 3.30 + 2,000 x 0.33 + 500 x 4.125 + 100 x 16.50 = 3,300 + 660 + 2,062.5 + 1,650",
    model: "amazon-bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    usage: used(3_500, 100, { read: 2_000, write: 500 }),
    costPico: 7_672_500_000n,
    source: "catalog",
  },
  {
    of: "OpenRouter by the list: 100 x 0.25 + 100 x 2",
    model: "openrouter/openai/gpt-5-mini",
    usage: used(100, 100),
    costPico: 225_000_000n,
    source: "catalog",
  },
  {
    of: "what OpenRouter says itself, 0.00014725 dollars, whatever the list has",
    model: "openrouter/openai/gpt-5-mini",
    usage: used(100, 100, {}, { prompt_tokens: 100, completion_tokens: 100, cost: 0.00014725 }),
    costPico: 147_250_000n,
    source: "provider",
  },
  {
    of: "OpenRouter with a key of one's own: its fee of 0.00001 and the 0.0002 of the provider behind it",
    model: "openrouter/openai/gpt-5-mini",
    usage: used(100, 100, {}, { cost: 0.00001, is_byok: true, cost_details: { upstream_inference_cost: 0.0002 } }),
    costPico: 210_000_000n,
    source: "provider",
  },
  {
    of: "xAI in ticks, of which 10,000,000,000 are a dollar",
    model: "xai/grok-4",
    usage: used(100, 100, {}, { cost_in_usd_ticks: 37_756_000 }),
    costPico: 3_775_600_000n,
    source: "provider",
  },
  {
    of: "Perplexity, which adds it up itself",
    model: "perplexity/sonar",
    usage: used(8, 300, {}, { cost: { input_tokens_cost: 0.000008, request_cost: 0.006, total_cost: 0.006308 } }),
    costPico: 6_308_000_000n,
    source: "provider",
  },
  {
    of: "Vercel's gateway, which says it beside the usage and as a text",
    model: "gateway/openai/gpt-5-mini",
    usage: used(10, 10),
    providerMetadata: { gateway: { cost: "0.0000225" } },
    costPico: 22_500_000n,
    source: "provider",
  },
  {
    of: "fractions that are none as numbers: 7 x 0.0333 + 3 x 0.1",
    model: "acme/fractions",
    usage: used(7, 3),
    costPico: 533_100n,
    source: "override",
  },
  {
    of: "half a pico-dollar, which is rounded up: 2 x 0.0000001 + 3 x 0.0000001",
    model: "acme/dust",
    usage: used(2, 3),
    costPico: 1n,
    source: "override",
  },
  {
    of: "an override before the list: 4,000 x 1 + 6,000 x 0.50 + 500 x 2 = 4,000 + 3,000 + 1,000",
    model: "openai/gpt-4.1",
    usage: used(10_000, 500, { read: 6_000 }),
    costPico: 8_000_000_000n,
    source: "override",
  },
  {
    of: "a later one of the same model: 4,000 x 0.80 + 6,000 x 0.40 + 500 x 1.60 = 3,200 + 2,400 + 800",
    model: "openai/gpt-4.1",
    at: "2026-06-15T00:00:00Z",
    usage: used(10_000, 500, { read: 6_000 }),
    costPico: 6_400_000_000n,
    source: "override",
  },
  {
    of: "the list again once both are over: 4,000 x 2 + 6,000 x 0.50 + 500 x 8 = 8,000 + 3,000 + 4,000",
    model: "openai/gpt-4.1",
    at: "2026-07-01T00:00:00Z",
    usage: used(10_000, 500, { read: 6_000 }),
    costPico: 15_000_000_000n,
    source: "catalog",
  },
  {
    of: "tiers of one's own, in any order: 150 x 2 + 10 x 20",
    model: "acme/steps",
    usage: used(150, 10),
    costPico: 500_000_000n,
    source: "override",
  },
  {
    of: "every kind of one's own: 100 x 2 + 200 x 0.20 + 30 x 2.50 + 70 x 4 + 10 x 8 + 40 x 6 = 200 + 40 + 75 + 280 + 80 + 240",
    model: "acme/writer",
    usage: used(
      400,
      50,
      { read: 200, write: 100, reasoning: 40 },
      { cache_creation: { ephemeral_1h_input_tokens: 70 } },
    ),
    costPico: 915_000_000n,
    source: "override",
  },
  {
    of: "a fee of one's own: 1 + 1 + 500",
    model: "acme/meter",
    usage: used(1, 1),
    costPico: 502_000_000n,
    source: "override",
  },
  {
    of: "a tariff of one's own: 100 x 4 + 10 x 20",
    model: "openai/gpt-5.5",
    usage: used(100, 10),
    providerMetadata: { openai: { serviceTier: "flex" } },
    costPico: 600_000_000n,
    source: "override",
  },
  {
    of: "what is free, although nobody says how much it was",
    model: "ollama/llama3",
    usage: {
      inputTokens: { total: undefined, cacheRead: undefined },
      outputTokens: { total: undefined, reasoning: undefined },
    },
    costPico: 0n,
    source: "override",
  },
];
