import { Flujo } from "@flujo/core";
import { type AgentCall, AgentRunner } from "@flujo/core/protocols";
import { type AnyStep, InvalidOptionError, type Step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type AgentChunk, agent, isAgentChunk, type LanguageModel, type StreamPart } from "../../src/index.ts";
import { KNOWN_USAGE, ModelOfV4 } from "../support/models.ts";

const finish: StreamPart = { type: "finish", finishReason: { unified: "stop", raw: "stop" }, usage: KNOWN_USAGE };

function pieces(...deltas: string[]): StreamPart[] {
  return [
    { type: "stream-start", warnings: [] },
    { type: "text-start", id: "0" },
    ...deltas.map((delta) => ({ type: "text-delta", id: "0", delta })),
    { type: "text-end", id: "0" },
  ];
}

/** A model that streams one answer after another. An error in one is what its stream breaks off with. */
function streaming(...answers: (readonly (StreamPart | Error)[])[]): LanguageModel {
  let next = 0;
  return {
    specificationVersion: "v4",
    provider: "acme.chat",
    modelId: "nano",
    doGenerate: () => Promise.reject(new Error("not asked for")),
    doStream: async () => {
      const parts = (answers[next++] ?? []).values();
      return {
        stream: new ReadableStream<StreamPart>({
          pull: (controller) => {
            const { done, value } = parts.next();
            if (done === true) controller.close();
            else if (value instanceof Error) controller.error(value);
            else controller.enqueue(value);
          },
        }),
      };
    },
  };
}

async function run(step: AnyStep, modules: readonly unknown[] = []) {
  await using flujo = new Flujo(step as Step<unknown, unknown>, { modules: modules as never });
  const handle = flujo.start("draft");
  const chunks: AgentChunk[] = [];
  const reports: unknown[] = [];
  for await (const event of handle) {
    if (event.type === "step-chunk" && isAgentChunk(event.chunk)) chunks.push(event.chunk);
    if (event.type === "step-usage") reports.push(event.report);
  }
  return { result: await handle.result, chunks, reports };
}

describe("an agent that streams", () => {
  test("shows its text piece by piece, and gives all of it", async () => {
    const model = streaming([...pieces("Too ", "long."), finish]);
    const { result, chunks, reports } = await run(agent("critic", { model, prompt: "?", stream: true }));
    expect(result).toMatchObject({ status: "completed", output: "Too long." });
    expect(chunks).toEqual([
      { type: "text-delta", delta: "Too " },
      { type: "text-delta", delta: "long." },
    ]);
    expect(reports).toMatchObject([{ inputTokens: 12, outputTokens: 7 }]);
  });

  test("shows what there is so far of an object", async () => {
    const model = streaming([...pieces('{"score":3,', '"notes":["a', 'b"]}'), finish]);
    const output = z.object({ score: z.number(), notes: z.array(z.string()) });
    const { result, chunks } = await run(agent("critic", { model, prompt: "?", output, stream: true }));
    expect(result).toMatchObject({ output: { score: 3, notes: ["ab"] } });
    expect(chunks.filter(({ type }) => type === "object")).toEqual([
      { type: "object", partial: { score: 3 } },
      { type: "object", partial: { score: 3, notes: ["a"] } },
      { type: "object", partial: { score: 3, notes: ["ab"] } },
    ]);
  });

  test("calls tools like any other, and keeps what it thought", async () => {
    const asked: unknown[] = [];
    const model = streaming(
      [
        { type: "reasoning-start", id: "r" },
        { type: "reasoning-delta", id: "r", delta: "Let me look." },
        { type: "reasoning-end", id: "r", providerMetadata: { acme: { signature: "s" } } },
        { type: "tool-call", toolCallId: "1", toolName: "search", input: '{"query":"x"}' },
        { ...finish, finishReason: { unified: "tool-calls", raw: "tool_calls" } },
      ],
      [...pieces("Done."), finish],
    );
    const watched: LanguageModel = {
      ...model,
      doStream: (call: never) => (asked.push(call), model.doStream?.(call)),
    } as never;
    const search = { inputSchema: z.object({ query: z.string() }), execute: () => "found" };
    const { result } = await run(agent("critic", { model: watched, prompt: "?", stream: true, tools: { search } }));
    expect(result).toMatchObject({ output: "Done." });
    expect(asked[1]).toMatchObject({
      prompt: [
        {},
        {
          role: "assistant",
          content: [
            { type: "reasoning", text: "Let me look.", providerOptions: { acme: { signature: "s" } } },
            { type: "tool-call", input: { query: "x" } },
          ],
        },
        { role: "tool" },
      ],
    });
  });

  test.each([
    ["ends without a word", []],
    ["breaks off", [new TypeError("terminated")]],
    ["sends an error", [{ type: "error", error: new Error("overloaded") }]],
  ] as const)(
    "fails as transient where the stream %s in the middle, and what came is booked as an estimate",
    async (_, end) => {
      const model = streaming([...pieces("This looks whole."), ...end]);
      const { result, reports } = await run(agent("critic", { model, prompt: "?", stream: true }));
      expect(result).toMatchObject({
        status: "failed",
        error: { code: "model_call_failed", category: "transient", retryable: true, path: "critic#1/model" },
      });
      expect(reports).toMatchObject([{ estimated: true }]);
    },
  );

  test("needs a model that can", () => {
    const { doStream: _, ...plain } = streaming() as LanguageModel & { doStream: unknown };
    expect(() => agent("critic", { model: plain as LanguageModel, prompt: "?", stream: true })).toThrow(
      InvalidOptionError,
    );
  });
});

describe("a runner that is registered", () => {
  test("carries out the calls, and may ask the model itself, for something else", async () => {
    const model = new ModelOfV4("Fine.");
    const calls: AgentCall[] = [];
    const gateway: AgentRunner = {
      generate: (call) => {
        calls.push(call);
        return call.generate({ ...call.request, seed: 7 });
      },
      stream: () => {
        throw new Error("not asked for");
      },
    };
    const register = (container: { register: (token: unknown, provider: unknown) => void }) =>
      container.register(AgentRunner, { useValue: gateway });
    const { result } = await run(agent("critic", { model, prompt: "?", version: "2" }), [register]);
    expect(result).toMatchObject({ output: "Fine." });
    expect(model.asked).toMatchObject([{ seed: 7 }]);
    expect(calls).toMatchObject([
      { model: "acme/nano", purpose: "step", path: "critic#1/model", idempotencyKey: `${result.runId}:critic#1/model` },
    ]);
  });
});
