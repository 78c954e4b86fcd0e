import type { createOpenAI } from "@ai-sdk/openai";
import { type ScriptedModel, scriptedModel } from "@flujo/testing";
import { expectTypeOf, test } from "vitest";

type LanguageModelV4 = ReturnType<ReturnType<typeof createOpenAI>["chat"]>;

test("a scripted model is a language model of the AI SDK", () => {
  expectTypeOf<ScriptedModel>().toExtend<LanguageModelV4>();
});

test("a script is replies, functions, or one function", () => {
  scriptedModel(["a", { json: 1 }, { status: 429, retryAfter: 1 }, ({ prompt }) => prompt]);
  scriptedModel(async ({ nth }) => (nth === 1 ? "once" : undefined));
  // @ts-expect-error a number is no reply
  scriptedModel([1]);
});
