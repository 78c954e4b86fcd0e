import type { CallCost } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { splitModelName } from "../../src/cost/model-name.ts";
import {
  extractUsage,
  GenaiPriceCatalog,
  LayeredCostCalculator,
  type ModelUsage,
  OverridePriceCatalog,
} from "../../src/index.ts";
import { INVOICES, OVERRIDES, used } from "./invoices.ts";

const calculator = new LayeredCostCalculator({
  overrides: new OverridePriceCatalog(OVERRIDES),
  catalog: new GenaiPriceCatalog(),
});

async function costOf(
  name: string,
  usage: ModelUsage | undefined,
  { at = "2026-06-01T12:00:00Z", providerMetadata }: { at?: string | undefined; providerMetadata?: unknown } = {},
): Promise<CallCost> {
  const { tokens, ...said } = extractUsage(usage, providerMetadata);
  return calculator.cost({ ...splitModelName(name), ...said, usage: tokens, time: Date.parse(at) });
}

describe("costs exactly what the invoice says", () => {
  test.each(INVOICES)("$model: $of", async ({ model, usage, at, providerMetadata, costPico, source }) => {
    expect(await costOf(model, usage, { at, providerMetadata })).toMatchObject({ costPico, source });
  });

  test("and names the edition of the list, and the day from which a changed price applies", async () => {
    expect(await costOf("openai/o3", used(1, 1))).toStrictEqual({
      costPico: 10_000_000n,
      source: "catalog",
      catalog: expect.stringMatching(/^genai-prices \d+\.\d+\.\d+$/),
      since: "2025-06-10",
    });
    expect(await costOf("openai/gpt-4.1", used(1, 1))).toStrictEqual({
      costPico: 3_000_000n,
      source: "override",
      since: "2026-05-01",
    });
  });
});

describe("finds a model by the name that it has at", () => {
  test.each([
    "openai/gpt-5-mini",
    "azure/gpt-5-mini",
    "azure-openai/gpt-5-mini",
    "anthropic/claude-sonnet-4-20250514",
    "google/gemini-2.5-flash",
    "google-vertex/gemini-2.5-flash",
    "vertex/claude-sonnet-4-5@20250929",
    "amazon-bedrock/amazon.nova-pro-v1:0",
    "bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0",
    "xai/grok-4",
    "togetherai/meta-llama/Llama-3.3-70B-Instruct-Turbo",
    "mistral/mistral-large-latest",
    "groq/llama-3.3-70b-versatile",
    "openrouter/anthropic/claude-sonnet-4.5",
    "gateway/anthropic/claude-sonnet-4-5",
    "litellm/openai/gpt-5-mini",
    "gpt-5-mini",
  ])("%s", async (name) => {
    expect(await costOf(name, used(1_000, 1_000))).toMatchObject({ source: "catalog" });
  });

  test("a provider that is said to be another", async () => {
    const catalog = new GenaiPriceCatalog({ listedAs: { "our-proxy": "openai" } });
    const price = await catalog.find({ provider: "our-proxy", model: "gpt-5-mini", time: Date.UTC(2026, 5, 1) });
    expect(price?.output?.picoPerMillion).toBe(2_000_000_000_000n);
  });
});

describe("is unknown, and not nothing, where", () => {
  const missingPrice = { costPico: undefined, source: "unknown", missing: "price" };
  const missingUsage = { costPico: undefined, source: "unknown", missing: "usage" };

  test.each([
    ["the list does not have the model", "google/gemini-3-pro"],
    ["nobody lists the provider", "vllm/llama3"],
    ["a provider's name only looks like a listed one's", "our-openai-proxy/gpt-4.1-mini"],
    ["a deployment has a name of its own", "azure/our-deployment"],
    ["a router adds something to the model's name", "openrouter/openai/gpt-5-mini:nitro"],
  ])("%s", async (_, model) => {
    expect(await costOf(model, used(100, 10))).toMatchObject(missingPrice);
  });

  test.each([
    ["OpenAI's", { openai: { serviceTier: "priority" } }, undefined],
    ["Anthropic's", undefined, { service_tier: "priority" }],
    ["a faster", undefined, { speed: "fast" }],
    ["a nearer", undefined, { inference_geo: "us" }],
  ])("a tariff is not the standard one: %s", async (_, providerMetadata, raw) => {
    expect(await costOf("openai/gpt-4.1-mini", used(1, 1, {}, raw), { providerMetadata })).toMatchObject(missingPrice);
  });

  test("the list has no price for an hour in the cache, but one for five minutes", async () => {
    const usage = used(100, 10, { write: 50 }, { cache_creation: { ephemeral_1h_input_tokens: 20 } });
    const cost = await costOf("amazon-bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0", usage);
    expect(cost).toMatchObject({ ...missingPrice, why: expect.stringContaining("for an hour") });
  });

  test("nobody said how much of the cached input was sound, and that makes a difference", async () => {
    const raw = { promptTokenCount: 100, promptTokensDetails: [{ modality: "AUDIO", tokenCount: 60 }] };
    const usage = used(100, 10, { read: 50 }, raw);
    const cost = await costOf("google/gemini-2.5-flash", usage);
    expect(cost).toMatchObject({ ...missingUsage, why: expect.stringContaining("cached sound") });
    expect((await costOf("google/gemini-2.5-pro", usage)).costPico).toBe(168_750_000n);
  });

  test.each([
    ["no usage at all", undefined],
    ["no input", { ...used(0, 10), inputTokens: { total: undefined, cacheRead: undefined } }],
    ["no output", { ...used(10, 0), outputTokens: { total: undefined, reasoning: undefined } }],
  ])("the provider gave %s", async (_, usage) => {
    expect(await costOf("openai/gpt-4.1-mini", usage)).toMatchObject(missingUsage);
  });

  test("the usage contradicts itself; what the provider says that it cost is believed all the same", async () => {
    const usage = used(100, 10, { read: 150 });
    expect(await costOf("openai/gpt-4.1-mini", usage)).toMatchObject(missingUsage);
    expect(await costOf("openai/gpt-4.1-mini", { ...usage, raw: { cost: 0.5 } })).toMatchObject({ source: "provider" });
  });

  test("a bill is in another currency", async () => {
    const usage = used(100, 10, {}, { cost: { total_cost: 1, currency: "EUR" } });
    expect(await costOf("vllm/llama3", usage)).toMatchObject(missingPrice);
  });

  test("a router says its fee, but not what the provider behind it takes", async () => {
    expect(await costOf("vllm/llama3", used(100, 10, {}, { cost: 0.01, is_byok: true }))).toMatchObject(missingPrice);
  });
});
