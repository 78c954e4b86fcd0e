import { createOpenAI } from "@ai-sdk/openai";
import type { LanguageModelV2, LanguageModelV3, LanguageModelV4, LanguageModelV4Prompt } from "@ai-sdk/provider";
import { type ContextOf, type InputOf, type OutputOf, pipeline, type Step, type StepScope, step } from "@flujo/dsl";
import type { ModelMessage as SdkMessage } from "ai";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  agent,
  agents,
  type LanguageModel,
  type ModelMessage,
  type PromptMessage,
  type RepairResult,
  repair,
  repairAsync,
} from "../src/index.ts";
import type * as ours from "../src/model/language-model.ts";

interface Doc {
  readonly text: string;
}

const openai = createOpenAI({ apiKey: "none" });
const model = openai("gpt-5-mini");
const Critique = z.object({ score: z.string().transform(Number), notes: z.array(z.string()).default([]) });

describe("LanguageModel", () => {
  test("takes the models of the AI SDK, of each version", () => {
    expectTypeOf<LanguageModelV4>().toExtend<LanguageModel>();
    expectTypeOf<LanguageModelV3>().toExtend<LanguageModel>();
    expectTypeOf<LanguageModelV2>().toExtend<LanguageModel>();
    expectTypeOf(model).toExtend<LanguageModel>();
    expectTypeOf(openai.chat("gpt-5-mini")).toExtend<LanguageModel>();
  });

  test("is asked for what each version takes, and read as what each gives", () => {
    type Asked<M extends LanguageModel> = Parameters<M["doGenerate"]>[0];
    type Answered<M extends LanguageModel> = Awaited<ReturnType<M["doGenerate"]>>;
    expectTypeOf<Asked<ours.LanguageModelV4>>().toExtend<Asked<LanguageModelV4>>();
    expectTypeOf<Asked<ours.LanguageModelV3>>().toExtend<Asked<LanguageModelV3>>();
    expectTypeOf<Answered<LanguageModelV4>>().toExtend<Answered<ours.LanguageModelV4>>();
    expectTypeOf<Answered<LanguageModelV3>>().toExtend<Answered<ours.LanguageModelV3>>();
    expectTypeOf<Answered<LanguageModelV2>>().toExtend<Answered<ours.LanguageModelV2>>();
    expectTypeOf<LanguageModelV4["specificationVersion"]>().toEqualTypeOf<"v4">();
  });

  test("is no model id, nor any other object", () => {
    // @ts-expect-error an id says nothing of who serves the model
    agent("critic", { model: "openai/gpt-5-mini", prompt: "?" });
    // @ts-expect-error no doGenerate
    agent("critic", { model: { specificationVersion: "v4", provider: "a", modelId: "b" }, prompt: "?" });
  });

  test("is given messages of the AI SDK", () => {
    expectTypeOf<ModelMessage[]>().toExtend<LanguageModelV4Prompt>();
    expectTypeOf<Extract<LanguageModelV4Prompt[number], { role: "system" | "user" }>>().toExtend<PromptMessage>();
    expectTypeOf<SdkMessage[]>().toExtend<readonly PromptMessage[]>();
  });
});

describe("agent", () => {
  test("takes its input from its prompt and gives text", () => {
    const critic = agent("critic", { model, prompt: (draft: Doc) => `Review: ${draft.text}` });
    expectTypeOf<InputOf<typeof critic>>().toEqualTypeOf<Doc>();
    expectTypeOf<OutputOf<typeof critic>>().toEqualTypeOf<string>();
    expectTypeOf<ContextOf<typeof critic>>().toEqualTypeOf<unknown>();
    expectTypeOf(critic).toExtend<Step<Doc, string>>();
  });

  test("gives what its schema makes of the answer", () => {
    const critic = agent("critic", { model, prompt: async (draft: Doc) => draft.text, output: Critique });
    expectTypeOf<InputOf<typeof critic>>().toEqualTypeOf<Doc>();
    expectTypeOf<OutputOf<typeof critic>>().toEqualTypeOf<{ score: number; notes: string[] }>();
    // @ts-expect-error the schema says what it gives, not where it stands
    const wrong: Step<Doc, number> = agent("wrong", { model, prompt: (draft: Doc) => draft.text });
    expectTypeOf(wrong).toEqualTypeOf<Step<Doc, number>>();
  });

  test("takes anything if its prompt is constant", () => {
    const poet = agent("poet", { model, prompt: "Write a haiku." });
    expectTypeOf<InputOf<typeof poet>>().toEqualTypeOf<unknown>();
    step("load", (path: string): Doc => ({ text: path })).pipe(poet);
    const talker = agent("talker", { model, prompt: [{ role: "user", content: "Write." }] });
    expectTypeOf<InputOf<typeof talker>>().toEqualTypeOf<unknown>();
    // @ts-expect-error a text has its text
    agent("talker", { model, prompt: [{ role: "user", content: [{ type: "text" }] }] });
    // @ts-expect-error there is no such role
    agent("talker", { model, prompt: [{ role: "robot", content: "Write." }] });
  });

  test("takes its input from where it stands", () => {
    const load = step("load", (path: string): Doc => ({ text: path }));
    const chain = load.pipe(
      agent("critic", {
        model,
        prompt: (draft) => {
          expectTypeOf(draft).toEqualTypeOf<Doc>();
          return draft.text;
        },
        output: Critique,
      }),
    );
    expectTypeOf<InputOf<typeof chain>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof chain>>().toEqualTypeOf<{ score: number; notes: string[] }>();
    // @ts-expect-error load gives a Doc
    load.pipe(agent("counter", { model, prompt: (count: number) => `${count}` }));
    // @ts-expect-error load gives a Doc
    pipeline("wrong", load, agent("counter", { model, prompt: (count: number) => `${count}` }));
  });

  test("has system and prompt agree on the input", () => {
    const critic = agent("critic", {
      model,
      system: (draft: Doc) => `You know ${draft.text}.`,
      prompt: (draft) => {
        expectTypeOf(draft).toEqualTypeOf<Doc>();
        return [{ role: "user", content: draft.text }];
      },
    });
    expectTypeOf<InputOf<typeof critic>>().toEqualTypeOf<Doc>();
  });

  test("keeps its types through policies", () => {
    const robust = agent("poet", { model, prompt: (topic: string) => topic }).withRetry({ maxAttempts: 2 });
    expectTypeOf<InputOf<typeof robust>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof robust>>().toEqualTypeOf<string>();
  });

  test("refuses options that it doesn't know", () => {
    // @ts-expect-error misspelt
    agent("poet", { model, prompt: "Write.", temprature: 1 });
  });
});

describe("agents", () => {
  const s = agents<{ tone: "dry" | "warm" }>();

  test("make steps that need a context, and see it", () => {
    const poet = s.agent("poet", {
      model,
      prompt: (topic: string, { context }) => {
        expectTypeOf(context).toEqualTypeOf<Readonly<{ tone: "dry" | "warm" }>>();
        return `${topic}, ${context.tone}`;
      },
      output: Critique,
    });
    expectTypeOf<ContextOf<typeof poet>>().toEqualTypeOf<{ tone: "dry" | "warm" }>();
    expectTypeOf<InputOf<typeof poet>>().toEqualTypeOf<string>();
    expectTypeOf<OutputOf<typeof poet>>().toEqualTypeOf<{ score: number; notes: string[] }>();
  });

  test("are needed for that", () => {
    const prompt = (topic: string, { context }: StepScope<{ tone: string }>): string => `${topic}, ${context.tone}`;
    // @ts-expect-error nothing says that there will be a tone
    agent("poet", { model, prompt });
    s.agent("poet", {
      model,
      prompt: (topic: string, { context }: StepScope<{ tone: string }>) => `${topic}, ${context.tone}`,
    });
  });
});

test("a repaired answer has the type that the schema gives, once one has looked whether there is one", () => {
  const result = repair("{}", { schema: z.object({ at: z.string().transform((day) => new Date(day)) }) });
  expectTypeOf(result).toEqualTypeOf<RepairResult<{ at: Date }>>();
  // @ts-expect-error there may be no value
  result.value;
  if (result.ok) expectTypeOf(result.value.at).toEqualTypeOf<Date>();
  expectTypeOf(repair("{}")).toEqualTypeOf<RepairResult<unknown>>();
  expectTypeOf(repair("{}", { schema: { type: "object" } })).toEqualTypeOf<RepairResult<unknown>>();
  expectTypeOf(repairAsync("1", { schema: z.number() })).toEqualTypeOf<Promise<RepairResult<number>>>();
  // @ts-expect-error there is no such flag
  repair("{}", { policy: { refuse: ["cut"] } });
});
