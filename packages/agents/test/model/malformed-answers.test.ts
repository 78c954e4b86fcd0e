import { Flujo } from "@flujo/core";
import { expect, test } from "vitest";
import { agent, type LanguageModel } from "../../src/index.ts";

const text = { type: "text", text: "Fine." };
const stop = { unified: "stop", raw: "stop" };

test.each<[string, unknown, string]>([
  ["nothing", undefined, "content of its answer is no list of parts"],
  ["no parts", { finishReason: stop }, "content of its answer is no list of parts, but undefined"],
  ["a text for its parts", { content: "Fine.", finishReason: stop }, 'no list of parts, but "Fine."'],
  ["a part of no type", { content: [null, text], finishReason: stop }, "a part of its answer's content has no type"],
  ["no finish reason", { content: [text] }, "finishReason of its answer is no { unified, raw }, but undefined"],
  ["a word for its finish reason", { content: [text], finishReason: "length" }, 'no { unified, raw }, but "length"'],
])("a model that answers %s has not answered, and its error says why", async (_, answer, why) => {
  const model = { specificationVersion: "v4", provider: "acme", modelId: "nano", doGenerate: async () => answer };
  await using flujo = new Flujo(agent("critic", { model: model as LanguageModel, prompt: "Review." }));
  const result = await flujo.run(undefined);
  expect(result).toMatchObject({ status: "failed", error: { code: "model_call_failed", retryable: false } });
  const message = result.status === "failed" ? result.error.message : "";
  expect(message).toContain(why);
});

test("usage that comes with an answer that is none is booked", async () => {
  const usage = { inputTokens: { total: 5, cacheRead: 0 }, outputTokens: { total: 3, reasoning: 0 } };
  const model = {
    specificationVersion: "v4",
    provider: "acme",
    modelId: "nano",
    doGenerate: async () => ({ content: "Fine.", finishReason: stop, usage }),
  };
  await using flujo = new Flujo(agent("critic", { model: model as never, prompt: "Review." }));
  expect((await flujo.run(undefined)).usage).toMatchObject({ requests: 1, inputTokens: 5, outputTokens: 3 });
});
