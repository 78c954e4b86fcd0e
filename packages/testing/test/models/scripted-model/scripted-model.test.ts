import { DefaultErrorClassifier } from "@flujo/core";
import {
  ManualClock,
  type ModelCallOptions,
  type ModelStreamPart,
  type Reply,
  replyRules,
  type ScriptedModel,
  scriptedModel,
  UnscriptedCallError,
} from "@flujo/testing";
import { describe, expect, test } from "vitest";

const ask = (text: string, more: Partial<ModelCallOptions> = {}): ModelCallOptions => ({
  prompt: [
    { role: "system", content: "Be brief." },
    { role: "user", content: [{ type: "text", text }] },
  ],
  ...more,
});

async function partsOf(model: ScriptedModel, options = ask("hello")): Promise<ModelStreamPart[]> {
  const { stream } = await model.doStream(options);
  const parts: ModelStreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

const thrown = async (promise: PromiseLike<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown");
};

describe("a scripted model", () => {
  test("says what its list says, in order", async () => {
    const model = scriptedModel(["one", { json: { two: 2 } }, ({ prompt }) => `three: ${prompt}`]);
    const said = [await model.doGenerate(ask("a")), await model.doGenerate(ask("b")), await model.doGenerate(ask("c"))];
    expect(said.map(({ content }) => content)).toEqual([
      [{ type: "text", text: "one" }],
      [{ type: "text", text: '{"two":2}' }],
      [{ type: "text", text: "three: c" }],
    ]);
    expect(said.every(({ finishReason }) => finishReason.unified === "stop")).toBe(true);
    model.verify();
  });

  test("says all that an answer can have", async () => {
    const model = scriptedModel([
      {
        reasoning: "Let me see.",
        text: "I look it up.",
        toolCalls: [
          { name: "search", input: { q: "x" }, id: "c1" },
          { name: "broken", input: "{q:" },
          { name: "none" },
        ],
        usage: { inputTokens: 30, cacheReadTokens: 10, cacheWriteTokens: 5, outputTokens: 9, reasoningTokens: 4 },
      },
    ]);
    const { content, finishReason, usage } = await model.doGenerate(ask("a"));
    expect(content).toMatchObject([
      { type: "reasoning", text: "Let me see." },
      { type: "text", text: "I look it up." },
      { type: "tool-call", toolCallId: "c1", toolName: "search", input: '{"q":"x"}' },
      { type: "tool-call", toolName: "broken", input: "{q:" },
      { type: "tool-call", toolName: "none", input: "{}" },
    ]);
    expect(finishReason).toEqual({ unified: "tool-calls", raw: "tool-calls" });
    expect(usage).toEqual({
      inputTokens: { total: 30, noCache: 15, cacheRead: 10, cacheWrite: 5 },
      outputTokens: { total: 9, text: 5, reasoning: 4 },
    });
  });

  test.each([
    ["length", { text: "cut", finishReason: "length" }, "length"],
    ["a refusal", { refusal: "I won't." }, "content-filter"],
    ["the content filter", { finishReason: "content-filter" }, "content-filter"],
  ] satisfies [string, Reply, string][])("ends by %s", async (_, reply, unified) => {
    const model = scriptedModel([reply]);
    expect((await model.doGenerate(ask("a"))).finishReason.unified).toBe(unified);
  });

  test("counts tokens where the script does not, the same every time, and keeps quiet about them if told", async () => {
    const model = scriptedModel(({ nth }) => ({ text: "12345678", usage: { reported: nth === 1 } }));
    const { usage } = await model.doGenerate(ask("123456789"));
    // 9 bytes of system and 9 of prompt are 3 tokens each.
    expect(usage.inputTokens.total).toBe(6);
    expect(usage.outputTokens).toEqual({ total: 2, text: 2, reasoning: 0 });
    expect((await model.doGenerate(ask("123456789"))).usage.inputTokens.total).toBeUndefined();
    expect(model.calls[1]?.usage).toMatchObject({ inputTokens: 6, outputTokens: 2, isReported: false });
  });

  test("hands a script what was asked", async () => {
    const model = scriptedModel(() => "ok", { modelId: "m" });
    await model.doGenerate({
      prompt: [
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "one " }, { type: "text", text: "two" }, { type: "file" }] },
        { role: "assistant", content: [{ type: "tool-call", toolCallId: "c", toolName: "t", input: { a: 1 } }] },
        {
          role: "tool",
          content: [{ type: "tool-result", toolCallId: "c", toolName: "t", output: { type: "json", value: [1] } }],
        },
      ],
      responseFormat: { type: "json", schema: { type: "object" } },
      tools: [{ name: "t" }],
    });
    expect(model.calls[0]?.request).toMatchObject({
      api: "in-process",
      model: "m",
      system: "Be brief.",
      prompt: "one two",
      schema: { type: "object" },
      tools: ["t"],
      isStream: false,
      nth: 1,
    });
    expect(model.calls[0]?.request.messages.slice(2)).toEqual([
      { role: "assistant", text: "", toolCalls: [{ id: "c", name: "t", input: { a: 1 } }], toolResults: [] },
      { role: "tool", text: "", toolCalls: [], toolResults: [{ id: "c", output: "[1]" }] },
    ]);
  });

  test("says that a call of a tool was denied, and why, as providers are told it", async () => {
    const model = scriptedModel(["1"]);
    const result = (output: object) => ({ type: "tool-result", toolCallId: "c", toolName: "t", output });
    const denied = [{ type: "execution-denied" }, { type: "execution-denied", reason: "too much" }];
    await model.doGenerate({ prompt: [{ role: "tool", content: denied.map(result) }] });
    const outputs = model.calls[0]?.request.messages[0]?.toolResults.map(({ output }) => output);
    expect(outputs).toEqual(["Tool call execution denied.", "too much"]);
  });

  test("tells the same content by its hash, and counts it", async () => {
    const model = scriptedModel(({ nth, random }) => `${nth} ${random()}`, { seed: 7 });
    const again = scriptedModel(({ nth, random }) => `${nth} ${random()}`, { seed: 7 });
    const texts = async (scripted: ScriptedModel, order: string): Promise<Record<string, string[]>> => {
      const said: Record<string, string[]> = { a: [], b: [] };
      for (const text of order) {
        const { content } = await scripted.doGenerate(ask(text));
        said[text]?.push((content[0] as { text: string }).text);
      }
      return said;
    };
    const said = await texts(model, "aabab");
    expect(said["a"]?.map((text) => text[0])).toEqual(["1", "2", "3"]);
    expect(new Set(Object.values(said).flat()).size).toBe(5);
    expect(await texts(again, "bbaaa")).toEqual(said);
  });

  test("follows rules by content, whatever the order", async () => {
    const model = scriptedModel(
      replyRules([
        { when: "ping", reply: ["pong", { status: 500 }, ({ nth }) => `pong ${nth}`] },
        { when: /^sum/g, reply: "3" },
        { when: ({ tools }) => tools.length > 0, reply: { toolCalls: [{ name: "t" }] } },
      ]),
    );
    const text = async (asked: string): Promise<unknown> => (await model.doGenerate(ask(asked))).content[0];
    expect(await text("sum 1 2")).toMatchObject({ text: "3" });
    expect(await text("ping")).toMatchObject({ text: "pong" });
    expect(await text("sum 1 2")).toMatchObject({ text: "3" });
    await expect(text("ping")).rejects.toMatchObject({ statusCode: 500 });
    expect(await text("ping")).toMatchObject({ text: "pong 3" });
    await expect(text("ping")).rejects.toThrow(UnscriptedCallError);
    await expect(text("else")).rejects.toThrow(
      'Call 7 of scripted-model was not expected: the script has no reply to it. The user says: "else"',
    );
  });
});

describe("a script that a test doesn't keep to", () => {
  test("says so of a call too many, and again at the end", async () => {
    const model = scriptedModel(["only"]);
    await model.doGenerate(ask("a"));
    const error = await thrown(model.doGenerate(ask("b")));
    expect(error).toMatchObject({ code: "unscripted_call", call: 2, retryable: false });
    expect((error as Error).message).toContain("the script has 1 replies, and they are used up");
    expect(await thrown(Promise.resolve().then(() => model.verify()))).toBe(error);
    expect(model.calls.map(({ state }) => state)).toEqual(["answered", "failed"]);
  });

  test("says at the end what was never asked for", async () => {
    const model = scriptedModel(["one", "two", "three"]);
    await model.doGenerate(ask("a"));
    expect(() => model.verify()).toThrow("2 of the script's 3 replies were never asked for");
  });

  test.each([
    ["an unknown key", { txt: "a" }, "reply.txt"],
    ["two texts", { text: "a", json: 1 }, "text and json"],
    ["no JSON", { json: () => 1 }, "reply.json"],
    ["a status of success", { status: 200 }, "reply.status"],
    ["more cached than sent", { usage: { inputTokens: 1, cacheReadTokens: 2 } }, "reply.usage.inputTokens"],
    ["more reasoning than output", { usage: { outputTokens: 1, reasoningTokens: 2 } }, "reply.usage.outputTokens"],
    ["half a token", { usage: { outputTokens: 1.5 } }, "reply.usage.outputTokens"],
    ["another end", { finishReason: "done" }, "reply.finishReason"],
    ["time that goes back", { delayMs: -1 }, "reply.delayMs"],
    ["no such break", { breaks: { afterPieces: 1, by: "fire" } }, "reply.breaks.by"],
  ])("is told of %s", async (_, reply, named) => {
    await expect(scriptedModel([reply as Reply]).doGenerate(ask("a"))).rejects.toThrow(named);
  });
});

describe("failures", () => {
  test("are those of the AI SDK, with status and headers", async () => {
    const model = scriptedModel([{ status: 429, code: "rate_limit_exceeded", retryAfter: 7 }]);
    const error = await thrown(model.doGenerate(ask("a")));
    expect(error).toMatchObject({
      name: "AI_APICallError",
      message: "Too Many Requests",
      statusCode: 429,
      responseHeaders: { "retry-after": "7" },
      isRetryable: true,
      data: { error: { code: "rate_limit_exceeded" } },
    });
    expect((error as Record<symbol, unknown>)[Symbol.for("vercel.ai.error.AI_APICallError")]).toBe(true);
    expect(new DefaultErrorClassifier().classify(error)).toMatchObject({ category: "rateLimit", retryAfterMs: 7_000 });
  });

  test("say a moment as a date", async () => {
    const model = scriptedModel([{ status: 503, retryAfter: new Date(Date.UTC(2026, 0, 2)) }]);
    await expect(model.doGenerate(ask("a"))).rejects.toMatchObject({
      responseHeaders: { "retry-after": "Fri, 02 Jan 2026 00:00:00 GMT" },
    });
  });

  test("are lost connections and bodies that can't be read, too", async () => {
    const model = scriptedModel([
      { text: "a", breaks: { afterPieces: 0, by: "cut" } },
      { body: "{", usage: { outputTokens: 3 } },
      { text: "a", breaks: { afterPieces: 0, by: "end" } },
    ]);
    const errors = [];
    for (const text of "abc") errors.push(await thrown(model.doGenerate(ask(text))));
    expect(errors).toMatchObject([
      { statusCode: undefined, isRetryable: true, cause: { code: "ECONNRESET" } },
      { statusCode: 200, isRetryable: false, responseBody: "{" },
      { statusCode: 200, isRetryable: false },
    ]);
    expect(model.calls.map(({ usage }) => usage?.outputTokens)).toEqual([1, 3, 1]);
  });
});

describe("a stream", () => {
  test("brings everything in pieces", async () => {
    const model = scriptedModel([
      { reasoning: "Hm.", text: ["Hello", ", ", "world"], toolCalls: [{ name: "t", input: { a: 1 }, id: "c" }] },
    ]);
    const parts = await partsOf(model);
    expect(parts.map(({ type }) => type)).toEqual([
      ...["stream-start", "response-metadata"],
      ...["reasoning-start", "reasoning-delta", "reasoning-end"],
      ...["text-start", "text-delta", "text-delta", "text-delta", "text-end"],
      ...["tool-input-start", "tool-input-delta", "tool-input-end", "tool-call"],
      "finish",
    ]);
    expect(parts.at(-1)).toMatchObject({
      finishReason: { unified: "tool-calls" },
      usage: { inputTokens: { total: 5 } },
    });
    expect(model.calls[0]?.state).toBe("answered");
  });

  test("never splits a character", async () => {
    const text = "🦉".repeat(40);
    const deltas = (await partsOf(scriptedModel([text]))).flatMap((part) => ("delta" in part ? [part.delta] : []));
    expect(deltas).toHaveLength(3);
    // Half of a surrogate pair has no URI.
    expect(() => deltas.map(encodeURIComponent)).not.toThrow();
    expect(deltas.join("")).toBe(text);
  });

  test.each([
    ["end", "interrupted"],
    ["error", "error"],
  ] as const)("that breaks by %s ends as %s, without usage", async (by, unified) => {
    const parts = await partsOf(scriptedModel([{ text: ["a", "b", "c"], breaks: { afterPieces: 2, by } }]));
    expect(parts.filter(({ type }) => type === "text-delta")).toHaveLength(2);
    expect(parts.some(({ type }) => type === "error")).toBe(by === "error");
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified }, usage: { outputTokens: { total: undefined } } });
  });

  test("that is cut fails after its pieces", async () => {
    const model = scriptedModel([{ text: ["a", "b"], breaks: { afterPieces: 9, by: "cut" } }]);
    const { stream } = await model.doStream(ask("a"));
    const seen: ModelStreamPart[] = [];
    const reading = (async () => {
      for await (const part of stream) seen.push(part);
    })();
    await expect(reading).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    expect(seen.filter(({ type }) => type === "text-delta")).toHaveLength(2);
    expect(model.calls[0]?.state).toBe("failed");
  });

  test("that stalls ends when it is dropped", async () => {
    const model = scriptedModel([{ text: ["a", "b"], breaks: { afterPieces: 1, by: "stall" } }]);
    const { stream } = await model.doStream(ask("a"));
    const reader = stream.getReader();
    for (let type = ""; type !== "text-delta"; ) type = (await reader.read()).value?.type ?? "";
    const next = reader.read();
    await reader.cancel();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(model.calls[0]?.state).toBe("aborted");
  });
});

describe("an abort", () => {
  const stop = new Error("stop");

  test("before the call is one that isn't made", async () => {
    const model = scriptedModel(["a"]);
    await expect(model.doGenerate(ask("a", { abortSignal: AbortSignal.abort(stop) }))).rejects.toBe(stop);
    expect(model.calls).toEqual([]);
  });

  test.each([
    ["a delay", { text: "a", delayMs: 1_000 }],
    ["a wait", { text: "a", when: new Promise(() => {}) }],
    ["a stall", { text: "a", breaks: { afterPieces: 0, by: "stall" } }],
  ] satisfies [string, Reply][])("ends %s, and its use is known", async (_, reply) => {
    const controller = new AbortController();
    const model = scriptedModel([reply], { clock: new ManualClock() });
    const call = model.doGenerate(ask("a", { abortSignal: controller.signal }));
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(stop);
    await expect(call).rejects.toBe(stop);
    expect(model.calls).toMatchObject([{ state: "aborted", usage: { outputTokens: 1 } }]);
  });

  test("ends a script that thinks for too long", async () => {
    const controller = new AbortController();
    const model = scriptedModel(() => new Promise(() => {}));
    const call = model.doGenerate(ask("a", { abortSignal: controller.signal }));
    controller.abort(stop);
    await expect(call).rejects.toBe(stop);
    expect(model.calls).toMatchObject([{ state: "aborted", usage: undefined }]);
  });

  test("ends a stream between two pieces", async () => {
    const controller = new AbortController();
    const clock = new ManualClock();
    const model = scriptedModel([{ text: ["a", "b"], pieceDelayMs: 10 }], { clock });
    const { stream } = await model.doStream(ask("a", { abortSignal: controller.signal }));
    const reader = stream.getReader();
    const types: (string | undefined)[] = [];
    for (let count = 0; count < 3; count++) types.push((await reader.read()).value?.type);
    const first = reader.read();
    await new Promise((resolve) => setImmediate(resolve));
    clock.advance(10);
    types.push((await first).value?.type);
    expect(types.at(-1)).toBe("text-delta");
    const second = reader.read();
    controller.abort(stop);
    await expect(second).rejects.toBe(stop);
    expect(model.calls[0]?.state).toBe("aborted");
  });
});
