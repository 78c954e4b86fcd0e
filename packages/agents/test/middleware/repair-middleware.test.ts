import { createOpenAI } from "@ai-sdk/openai";
import { InvalidOptionError } from "@flujo/dsl";
import { generateText, jsonSchema, NoObjectGeneratedError, Output, streamText, wrapLanguageModel } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type RepairMiddlewareOptions, type RepairReport, repairMiddleware, summarizeRepair } from "../../src/index.ts";
import { failureOf } from "../support/failure-of.ts";
import { chatAnswer, chatStream, type ModelServer, startModelServer } from "../support/model-server.ts";

const Review = z.object({ title: z.string(), score: z.number() });
const output = Output.object({ schema: Review });
const prompt = "Review it.";

function mended(server: ModelServer, options?: RepairMiddlewareOptions) {
  const model = createOpenAI({ baseURL: server.baseURL, apiKey: "secret" }).chat("gpt-5-mini");
  return wrapLanguageModel({ model, middleware: repairMiddleware(options) });
}

const FENCED = "Here:\n```json\n{'title': 'x', score: '4',}\n```";

describe("generateText with a middleware that repairs", () => {
  test("gives what was meant, keeps the text as it came, and tells of it", async () => {
    await using server = await startModelServer(chatAnswer({ content: FENCED }));
    const reports: RepairReport[] = [];
    const model = mended(server, { onResult: (report) => reports.push(report) });
    const result = await generateText({ model, prompt, output });
    expect(result.output).toEqual({ title: "x", score: 4 });
    expect(result.text).toBe(FENCED);
    expect(result.usage).toMatchObject({ inputTokens: 30, outputTokens: 9 });
    expect(reports).toMatchObject([{ text: FENCED, source: "openai.chat/gpt-5-mini", calls: [] }]);
    expect(reports.map((report) => summarizeRepair(report.result))).toEqual([
      {
        outcome: "repaired",
        tier: 1,
        cost: 1,
        flags: ["coerced"],
        changes: { prose: 1, fence: 1, quotes: 3, "bare-key": 1, "number-from-text": 1, "extra-comma": 1 },
      },
    ]);
  });

  test("tells of what needed no repair as well, and leaves it as it is", async () => {
    const content = '{ "title": "x", "score": 4 }';
    await using server = await startModelServer(chatAnswer({ content }));
    const reports: RepairReport[] = [];
    const { text, output: value } = await generateText({
      ...{ model: mended(server, { onResult: (report) => reports.push(report) }), prompt, output },
    });
    expect([text, value]).toEqual([content, { title: "x", score: 4 }]);
    expect(reports.map((report) => summarizeRepair(report.result).outcome)).toEqual(["valid"]);
  });

  test.each([
    ["what may mean two things", '{"title": "the "best", "score": 4}', "stop"],
    ["what lacks something", '{"title": "x"}', "stop"],
    ["what was cut", '{"title": "x", "score": 4, ', "length"],
  ])("leaves to the SDK to refuse %s", async (_, content, finish_reason) => {
    const choices = [{ index: 0, message: { role: "assistant", content }, finish_reason }];
    await using server = await startModelServer(chatAnswer({}, { choices }));
    const failure = await failureOf(
      generateText({ model: mended(server), prompt, output }).then((result) => result.output),
      NoObjectGeneratedError,
    );
    expect(failure.text).toBe(content);
    expect(server.asked).toHaveLength(1);
  });

  test("asks the model that repairs, where there is one", async () => {
    await using server = await startModelServer(chatAnswer({ content: '{"title": "the "best", "score": 4}' }));
    await using second = await startModelServer(chatAnswer({ content: '{"title": "the \\"best", "score": 4}' }));
    const fixer = createOpenAI({ baseURL: second.baseURL, apiKey: "secret" }).chat("gpt-5-nano");
    const reports: RepairReport[] = [];
    const model = mended(server, { model: fixer, onResult: (report) => reports.push(report) });
    expect((await generateText({ model, prompt, output })).output).toEqual({ title: 'the "best', score: 4 });
    expect(reports).toMatchObject([{ result: { tier: 2 }, calls: [{ usage: { inputTokens: 30, outputTokens: 9 } }] }]);
    expect([server.asked.length, second.asked.length]).toEqual([1, 1]);
  });

  test("leaves answers alone whose schema has keywords that are not read here", async () => {
    const content = '{"title": "x",}';
    await using server = await startModelServer(chatAnswer({ content }));
    const reports: RepairReport[] = [];
    const model = mended(server, { onResult: (report) => reports.push(report) });
    const schema = jsonSchema({
      type: "object",
      properties: { title: { type: "string" } },
      unevaluatedProperties: false,
    } as object);
    await failureOf(
      generateText({ model, prompt, output: Output.object({ schema }) }).then((result) => result.output),
      NoObjectGeneratedError,
    );
    expect(reports).toEqual([]);
  });

  test("has no business with text", async () => {
    await using server = await startModelServer(chatAnswer({ content: FENCED }));
    const reports: RepairReport[] = [];
    const model = mended(server, { onResult: (report) => reports.push(report) });
    expect((await generateText({ model, prompt })).text).toBe(FENCED);
    expect(reports).toEqual([]);
  });

  test("has its options checked", () => {
    expect(() => repairMiddleware({ polcy: {} } as RepairMiddlewareOptions)).toThrow(InvalidOptionError);
    expect(() => repairMiddleware({ policy: { maxCost: -1 } })).toThrow("policy.maxCost");
    expect(() => repairMiddleware({ maxRepairs: 0 })).toThrow("maxRepairs");
    expect(() => repairMiddleware({ temperature: -1 })).toThrow("temperature");
    expect(() => repairMiddleware({ model: "gpt-5-nano" as never })).toThrow(InvalidOptionError);
  });
});

describe("streamText with a middleware that repairs", () => {
  const pieces = ['{"title": "x", ', '"score": "4', '",}'];

  test("passes streams as they are", async () => {
    await using server = await startModelServer(chatStream(pieces));
    const result = streamText({ model: mended(server), prompt, output, onError: () => {} });
    const partials = [];
    for await (const partial of result.partialOutputStream) partials.push(partial);
    expect(partials.length).toBeGreaterThan(1);
    await failureOf(result.output, NoObjectGeneratedError);
  });

  test("holds them back and repairs them, where that is asked for", async () => {
    await using server = await startModelServer(chatStream(pieces));
    const reports: RepairReport[] = [];
    const model = mended(server, { holdStreams: true, onResult: (report) => reports.push(report) });
    const result = streamText({ model, prompt, output });
    expect(await result.output).toEqual({ title: "x", score: 4 });
    expect(await result.text).toBe('{"title":"x","score":4}');
    expect(await result.usage).toMatchObject({ inputTokens: 30, outputTokens: 9 });
    expect(reports).toMatchObject([{ text: pieces.join(""), result: { tier: 1 } }]);
  });

  test("gives what needs no repair as it came", async () => {
    const sound = ['{"title": ', '"x", "score"', ": 4}"];
    await using server = await startModelServer(chatStream(sound));
    const result = streamText({ model: mended(server, { holdStreams: true }), prompt, output });
    const texts = [];
    for await (const part of result.textStream) texts.push(part);
    expect(texts.join("")).toBe(sound.join(""));
    expect(await result.output).toEqual({ title: "x", score: 4 });
  });
});
