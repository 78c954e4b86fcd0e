import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { describe, expect, test } from "vitest";
import { extractUsage, type ModelUsage } from "../../src/index.ts";
import { chatAnswer, json, startModelServer } from "../support/model-server.ts";
import { used } from "./invoices.ts";

const PROMPT = { prompt: [{ role: "user" as const, content: [{ type: "text" as const, text: "Once" }] }] };

describe("usage of v4 and v3", () => {
  test("is taken as it is, with what is 0 apart from what is unknown", () => {
    expect(extractUsage(used(100, 20, { read: 0, reasoning: 5 }))).toStrictEqual({
      tokens: { inputTokens: 100, cacheReadTokens: 0, outputTokens: 20, reasoningTokens: 5 },
      requests: 1,
    });
  });

  test("stays unknown where nothing is said", () => {
    for (const nothing of [undefined, {}, { inputTokens: undefined, raw: undefined }, { inputTokens: {} }]) {
      expect(extractUsage(nothing as never)).toMatchObject({ tokens: {}, requests: 1 });
    }
    expect(extractUsage({} as never).suspect).toBeUndefined();
    const nulls = { total: null, noCache: null, cacheRead: null, cacheWrite: null, text: null, reasoning: null };
    for (const usage of [
      { inputTokens: nulls, outputTokens: nulls },
      { inputTokens: null, outputTokens: null },
    ]) {
      expect(extractUsage(usage as never)).toStrictEqual({ tokens: {}, requests: 1 });
    }
  });

  test("does not take for 0 what the service left out and its package filled in", () => {
    const raw = { completion_tokens: 20, prompt_tokens: null, total_tokens: null };
    expect(extractUsage(used(0, 20, {}, raw)).tokens).toMatchObject({ outputTokens: 20 });
    expect(extractUsage(used(0, 20, {}, raw)).tokens).not.toHaveProperty("inputTokens");
    expect(extractUsage(used(0, 20, {}, { ...raw, prompt_tokens: 0 })).tokens).toMatchObject({ inputTokens: 0 });
  });

  test("adds up the input from its parts where the whole is missing and all of them are there", () => {
    const inputTokens = { total: undefined, noCache: 5, cacheRead: 3, cacheWrite: 2 };
    expect(extractUsage({ ...used(0, 1), inputTokens }).tokens.inputTokens).toBe(10);
    expect(
      extractUsage({ ...used(0, 1), inputTokens: { ...inputTokens, cacheWrite: undefined } }).tokens,
    ).not.toHaveProperty("inputTokens");
  });

  test("has the sound and the pictures that OpenAI counts", () => {
    const raw = {
      prompt_tokens: 100,
      completion_tokens: 50,
      prompt_tokens_details: { audio_tokens: 60, image_tokens: 5, cache_write_tokens: 4 },
      completion_tokens_details: { audio_tokens: 40 },
    };
    expect(extractUsage(used(100, 50, {}, raw)).tokens).toMatchObject({
      inputAudioTokens: 60,
      inputImageTokens: 5,
      cacheWriteTokens: 4,
      outputAudioTokens: 40,
    });
  });

  test("has those that Google counts, and none of the kinds that it does not name", () => {
    const raw = {
      promptTokensDetails: [{ modality: "AUDIO", tokenCount: 60 }],
      cacheTokensDetails: [{ modality: "TEXT", tokenCount: 10 }],
      candidatesTokensDetails: [{ modality: "IMAGE", tokenCount: 30 }],
    };
    expect(extractUsage(used(100, 50, { read: 10 }, raw)).tokens).toMatchObject({
      inputAudioTokens: 60,
      inputImageTokens: 0,
      cacheReadAudioTokens: 0,
      outputImageTokens: 30,
    });
  });
});

describe("usage of v2", () => {
  test("is brought to the same shape", () => {
    const usage = { inputTokens: 100, outputTokens: 20, cachedInputTokens: 60, reasoningTokens: 5 };
    expect(extractUsage(usage).tokens).toStrictEqual({
      inputTokens: 100,
      cacheReadTokens: 60,
      outputTokens: 20,
      reasoningTokens: 5,
    });
  });

  test.each([
    ["as it was", { inputTokens: 10, outputTokens: 5, cachedInputTokens: 50 }],
    ["lifted", { inputTokens: { total: 10, cacheRead: 50 }, outputTokens: { total: 5, reasoning: undefined } }],
  ])("is completed where Anthropic counts what is cached beside the input: %s", (_, usage) => {
    const said = { input_tokens: 10, output_tokens: 5, cache_read_input_tokens: 50, cache_creation_input_tokens: 20 };
    const { tokens, suspect } = extractUsage(usage, { anthropic: { usage: said } });
    expect(tokens).toMatchObject({ inputTokens: 80, cacheReadTokens: 50, cacheWriteTokens: 20, outputTokens: 5 });
    expect(suspect).toBeUndefined();
    // Without that it can't be told what the input is.
    expect(extractUsage(usage).suspect).toMatch(/cacheReadTokens/);
  });

  test("is what generateText gives, and its errors bear", () => {
    const usage = {
      inputTokens: 100,
      inputTokenDetails: { noCacheTokens: 30, cacheReadTokens: 60, cacheWriteTokens: 10 },
      outputTokens: 20,
      outputTokenDetails: { textTokens: 15, reasoningTokens: 5 },
      totalTokens: 120,
      raw: { cost: 0.25 },
    };
    expect(extractUsage(usage)).toMatchObject({
      tokens: { inputTokens: 100, cacheReadTokens: 60, cacheWriteTokens: 10, outputTokens: 20, reasoningTokens: 5 },
      reportedPico: 250_000_000_000n,
    });
  });
});

describe("what contradicts itself", () => {
  test.each<[string, ModelUsage]>([
    ["more cached than went in", used(100, 20, { read: 101 })],
    ["more read and written than went in", used(100, 20, { read: 60, write: 41 })],
    ["more reasoning than came out", used(100, 20, { reasoning: 21 })],
    [
      "more kept for an hour than written",
      used(100, 20, { write: 5 }, { cache_creation: { ephemeral_1h_input_tokens: 6 } }),
    ],
    ["more sound than went in", used(100, 20, {}, { prompt_tokens_details: { audio_tokens: 101 } })],
    [
      "parts that do not add up to the input",
      { ...used(100, 20), inputTokens: { total: 100, noCache: 10, cacheRead: 20, cacheWrite: 30 } },
    ],
    ["less than nothing", used(-1, 20)],
    ["a part of a token", used(1.5, 20)],
    ["no number", used(Number.NaN, 20)],
    ["no end", used(100, Infinity)],
  ])("is said to: %s", (_, usage) => {
    expect(extractUsage(usage).suspect).toMatch(/\w/);
  });

  test("is left as it was said, unless it can be no amount", () => {
    expect(extractUsage(used(100, 20, { read: 101 })).tokens).toMatchObject({ inputTokens: 100, cacheReadTokens: 101 });
    expect(extractUsage(used(-1, 20)).tokens).toStrictEqual({ cacheReadTokens: 0, outputTokens: 20 });
  });
});

describe("a reported cost", () => {
  test.each([Number.NaN, -1, Infinity, null, "twelve", {}, true])("%j is none", (cost) => {
    expect(extractUsage(used(1, 1, {}, { cost: cost as never }))).not.toHaveProperty("reportedPico");
  });

  test("may be nothing", () => {
    expect(extractUsage(used(1, 1, {}, { cost: 0 })).reportedPico).toBe(0n);
  });

  test.each([
    ["1e-7", 100_000n],
    [1.5e-7, 150_000n],
    [1e21, 10n ** 33n],
    ["0.000000000001", 1n],
    [0.1, 100_000_000_000n],
  ])("%j dollars are %d pico-dollars, by their digits", (cost, pico) => {
    expect(extractUsage(used(1, 1, {}, { cost })).reportedPico).toBe(pico);
  });

  test("is found beside the usage, under the name of whoever says it", () => {
    const openrouter = { usage: { cost: 0.002, promptTokens: 5 } };
    expect(extractUsage(used(1, 1), { openrouter }).reportedPico).toBe(2_000_000_000n);
    expect(extractUsage(used(1, 1), { gateway: { cost: "0.003" } }).reportedPico).toBe(3_000_000_000n);
  });
});

describe("over loopback HTTP, through a provider's package,", () => {
  test("Anthropic's five minutes and hours in the cache are told apart", async () => {
    await using server = await startModelServer(
      json({
        id: "msg_1",
        type: "message",
        role: "assistant",
        model: "claude-sonnet-4-5",
        content: [{ type: "text", text: "Fine." }],
        stop_reason: "end_turn",
        stop_sequence: null,
        usage: {
          input_tokens: 10,
          cache_read_input_tokens: 600,
          cache_creation_input_tokens: 300,
          cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 200 },
          output_tokens: 7,
          server_tool_use: { web_search_requests: 2 },
          service_tier: "standard",
        },
      }),
    );
    const model = createAnthropic({ baseURL: server.baseURL, apiKey: "none" })("claude-sonnet-4-5");
    const { usage, providerMetadata } = await model.doGenerate(PROMPT);
    expect(extractUsage(usage, providerMetadata)).toMatchObject({
      tokens: {
        inputTokens: 910,
        cacheReadTokens: 600,
        cacheWriteTokens: 300,
        cacheWrite1hTokens: 200,
        outputTokens: 7,
        webSearches: 2,
      },
    });
    expect(extractUsage(usage, providerMetadata)).not.toHaveProperty("serviceTier");
    expect(extractUsage(usage, providerMetadata)).not.toHaveProperty("suspect");
  });

  test("a cost that OpenRouter reports is kept", async () => {
    const usage = { prompt_tokens: 30, completion_tokens: 9, total_tokens: 39, cost: 0.00012 };
    await using server = await startModelServer(chatAnswer({ content: "Fine." }, { usage }));
    const router = createOpenAICompatible({ name: "openrouter", baseURL: server.baseURL });
    const answer = await router("openai/gpt-5-mini").doGenerate(PROMPT);
    expect(extractUsage(answer.usage, answer.providerMetadata)).toMatchObject({
      tokens: { inputTokens: 30, outputTokens: 9 },
      reportedPico: 120_000_000n,
    });
  });
});
