import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { Flujo } from "@flujo/core";
import type { UsageReport } from "@flujo/dsl";
import { type Reply, type ScriptedServer, scriptedServer } from "@flujo/testing";
import { describe, expect, test } from "vitest";
import { agent, type LanguageModel } from "../../src/index.ts";

const PROVIDERS: readonly (readonly [name: string, model: (server: ScriptedServer) => LanguageModel])[] = [
  ["@ai-sdk/openai, chat", ({ settings }) => createOpenAI(settings).chat("gpt-5-mini")],
  ["@ai-sdk/openai, responses", ({ settings }) => createOpenAI(settings).responses("gpt-5-mini")],
  ["@ai-sdk/anthropic", ({ settings }) => createAnthropic(settings)("claude-sonnet-4-5")],
  ["@ai-sdk/openai-compatible", ({ settings }) => createOpenAICompatible({ ...settings, name: "acme" })("nano")],
];

/** Asks once, and gives how that failed and what was booked for it. */
async function failing(model: LanguageModel, stream: boolean) {
  await using flujo = new Flujo(agent("critic", { model, prompt: "Review.", stream }));
  const handle = flujo.start(undefined);
  const booked: UsageReport[] = [];
  for await (const event of handle) if (event.type === "step-usage") booked.push(event.report);
  const result = await handle.result;
  return { error: result.status === "failed" ? result.error : undefined, booked };
}

describe.each(PROVIDERS)("over %s", (_, model) => {
  test.each(["cut", "end", "error"] as const)(
    "a stream that breaks off by %s may be charged, and may do better next time",
    async (by) => {
      await using server = await scriptedServer([
        { text: ["It is ", "well ", "meant."], breaks: { afterPieces: 2, by } },
      ]);
      const { error, booked } = await failing(model(server), true);
      expect(error).toMatchObject({ code: "model_call_failed", category: "transient", retryable: true });
      expect(error?.message).not.toContain("[object");
      expect(booked).toMatchObject([{ estimated: true, inputTokens: expect.any(Number) }]);
    },
  );

  test("the error that a stream ends with is told in the service's words", async () => {
    await using server = await scriptedServer([{ text: ["a", "b"], breaks: { afterPieces: 1, by: "error" } }]);
    const { error } = await failing(model(server), true);
    expect(error?.message).toContain("The server had an error");
  });

  test.each([false, true])(
    "an answer that can't be read may be charged, and may do better next time (stream: %s)",
    async (stream) => {
      const unreadable: Reply = { body: '{"id": "1", "ob' };
      await using server = await scriptedServer([unreadable]);
      const { error, booked } = await failing(model(server), stream);
      expect(error).toMatchObject({ code: "model_call_failed", category: "transient", retryable: true });
      expect(booked).toMatchObject([{ estimated: true, outputTokens: 0 }]);
    },
  );

  test("a stream that the service refuses to begin is not booked", async () => {
    await using server = await scriptedServer([{ status: 503 }]);
    expect(await failing(model(server), true)).toMatchObject({ error: { statusCode: 503 }, booked: [] });
  });
});
