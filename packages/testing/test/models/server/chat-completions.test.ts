import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { type Reply, type ScriptedServer, scriptedServer } from "@flujo/testing";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { describe, expect, test } from "vitest";
import { z } from "zod";

type Model = ReturnType<ReturnType<typeof createOpenAI>["chat"]>;
type Call = Parameters<Model["doGenerate"]>[0];
type Part = Awaited<ReturnType<Model["doStream"]>>["stream"] extends ReadableStream<infer Item> ? Item : never;

const PROMPT: Call["prompt"] = [
  { role: "system", content: "Be brief." },
  { role: "user", content: [{ type: "text", text: "Hello?" }] },
];
const TOOL = {
  type: "function",
  name: "search",
  inputSchema: { type: "object", properties: { q: { type: "string" } } },
} as const;
const SCHEMA = { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] } as const;
const USAGE = { inputTokens: 30, cacheReadTokens: 10, outputTokens: 9, reasoningTokens: 4 };

/** With what each says of a stream that ends before its end. */
const providers: [string, (server: ScriptedServer) => Model, string][] = [
  ["@ai-sdk/openai", ({ settings }) => createOpenAI(settings).chat("gpt-5-mini"), "interrupted"],
  [
    "@ai-sdk/openai-compatible",
    ({ settings }) =>
      createOpenAICompatible({ ...settings, name: "scripted", includeUsage: true, supportsStructuredOutputs: true })(
        "gpt-5-mini",
      ),
    "error",
  ],
];

const textsOf = (parts: readonly Part[]): string[] =>
  parts.flatMap((part) => (part.type === "text-delta" && part.delta !== "" ? [part.delta] : []));

describe.each(providers)("chat completions through %s", (_, modelOf, unfinished) => {
  const generate = async (reply: Reply, call: Partial<Call> = {}) => {
    await using server = await scriptedServer([reply]);
    const result = await modelOf(server).doGenerate({ prompt: PROMPT, ...call });
    server.verify();
    return { ...result, call: server.journal[0] };
  };
  const stream = async (reply: Reply, call: Partial<Call> = {}): Promise<Part[]> => {
    await using server = await scriptedServer([reply]);
    const { stream: reading } = await modelOf(server).doStream({ prompt: PROMPT, ...call });
    const parts: Part[] = [];
    for await (const part of reading) parts.push(part);
    return parts;
  };

  test("bring text and usage", async () => {
    const { content, finishReason, usage, call } = await generate({ text: "Hello!", usage: USAGE });
    expect(content).toEqual([{ type: "text", text: "Hello!" }]);
    expect(finishReason.unified).toBe("stop");
    expect(usage).toMatchObject({
      inputTokens: { total: 30, noCache: 20, cacheRead: 10 },
      outputTokens: { total: 9, text: 5, reasoning: 4 },
    });
    expect(call).toMatchObject({
      path: "/v1/chat/completions",
      state: "answered",
      status: 200,
      headers: { authorization: "[secret]" },
      request: { api: "chat", model: "gpt-5-mini", system: "Be brief.", prompt: "Hello?", isStream: false, nth: 1 },
    });
  });

  test("bring an object of the schema that was asked for", async () => {
    const { content, call } = await generate(
      { json: { sum: 3 } },
      { responseFormat: { type: "json", schema: SCHEMA, name: "sum" } },
    );
    expect(content).toEqual([{ type: "text", text: '{"sum":3}' }]);
    expect(call?.request?.schema).toMatchObject(SCHEMA);
  });

  test("bring tool calls, and take their results", async () => {
    await using server = await scriptedServer(({ messages }) => {
      const results = messages.flatMap(({ toolResults }) => toolResults);
      return results.length === 0
        ? {
            text: "I look.",
            toolCalls: [
              { name: "search", input: { q: "x" }, id: "c1" },
              { name: "search", input: "{q" },
            ],
          }
        : `found ${results[0]?.output}`;
    });
    const model = modelOf(server);
    const first = await model.doGenerate({ prompt: PROMPT, tools: [TOOL] });
    expect(first.finishReason.unified).toBe("tool-calls");
    expect(first.content).toMatchObject([
      { type: "text", text: "I look." },
      { type: "tool-call", toolCallId: "c1", toolName: "search", input: '{"q":"x"}' },
      { type: "tool-call", toolName: "search", input: "{q" },
    ]);
    const second = await model.doGenerate({
      prompt: [
        ...PROMPT,
        {
          role: "assistant",
          content: [{ type: "tool-call", toolCallId: "c1", toolName: "search", input: { q: "x" } }],
        },
        {
          role: "tool",
          content: [
            { type: "tool-result", toolCallId: "c1", toolName: "search", output: { type: "text", value: "42" } },
          ],
        },
      ],
      tools: [TOOL],
    });
    expect(second.content).toMatchObject([{ type: "text", text: "found 42" }]);
    expect(server.journal[1]?.request?.messages[2]?.toolCalls).toEqual([
      { id: "c1", name: "search", input: { q: "x" } },
    ]);
    expect(server.journal[0]?.request?.tools).toEqual(["search"]);
  });

  test("stream text, tool calls and usage", async () => {
    const parts = await stream(
      { text: ["Hel", "lo"], toolCalls: [{ name: "search", input: { q: "x" }, id: "c1" }], usage: USAGE },
      { tools: [TOOL] },
    );
    expect(textsOf(parts)).toEqual(["Hel", "lo"]);
    expect(parts.find(({ type }) => type === "tool-call")).toMatchObject({ toolCallId: "c1", input: '{"q":"x"}' });
    expect(parts.at(-1)).toMatchObject({
      type: "finish",
      finishReason: { unified: "tool-calls" },
      usage: { inputTokens: { total: 30, cacheRead: 10 }, outputTokens: { total: 9, reasoning: 4 } },
    });
  });

  test.each([
    ["length", { text: "Hel", finishReason: "length" }, "length"],
    ["content-filter", { text: "", finishReason: "content-filter" }, "content-filter"],
    ["other", { text: "", finishReason: "other" }, "other"],
  ] satisfies [string, Reply, string][])("end by %s", async (_end, reply, unified) => {
    expect((await generate(reply)).finishReason.unified).toBe(unified);
    expect((await stream(reply)).at(-1)).toMatchObject({ finishReason: { unified } });
  });

  test.each([
    ["429 with seconds", { status: 429, retryAfter: 7 }, { statusCode: 429, responseHeaders: { "retry-after": "7" } }],
    [
      "429 with a date",
      { status: 429, retryAfter: new Date(Date.UTC(2026, 0, 2)) },
      { responseHeaders: { "retry-after": "Fri, 02 Jan 2026 00:00:00 GMT" } },
    ],
    ["500", { status: 500, message: "Oh" }, { statusCode: 500, message: "Oh", isRetryable: true }],
    ["503", { status: 503 }, { statusCode: 503, isRetryable: true }],
    ["401", { status: 401 }, { statusCode: 401, isRetryable: false }],
    ["a body that is no JSON", { body: '{"id": ' }, { statusCode: 200, message: "Invalid JSON response" }],
    ["half a body", { text: "Hello", breaks: { afterPieces: 1, by: "end" } }, { message: "Invalid JSON response" }],
  ] satisfies [string, Reply, object][])("fail by %s", async (_failure, reply, error) => {
    await expect(generate(reply)).rejects.toMatchObject({ name: "AI_APICallError", ...error });
  });

  test("are gone in the middle", async () => {
    await using server = await scriptedServer(({ isStream }) => ({
      text: ["Hel", "lo"],
      breaks: { afterPieces: isStream ? 1 : 0, by: "cut" },
    }));
    const model = modelOf(server);
    await expect(model.doGenerate({ prompt: PROMPT })).rejects.toThrow();
    const { stream: reading } = await model.doStream({ prompt: PROMPT });
    const seen: Part[] = [];
    const read = (async () => {
      for await (const part of reading) {
        seen.push(part);
        if (part.type === "error") throw part.error;
      }
    })();
    await expect(read).rejects.toThrow();
    expect(textsOf(seen)).toEqual(["Hel"]);
    await server.until((journal) => journal.every(({ state }) => state !== "at work"));
    expect(server.journal).toMatchObject([
      { state: "broken", status: 200, sent: "", usage: { outputTokens: 2 } },
      { state: "broken", status: 200, usage: { outputTokens: 2 } },
    ]);
  });

  test("end in the middle, and that shows", async () => {
    const parts = await stream({ text: ["Hel", "lo"], breaks: { afterPieces: 1, by: "end" } });
    expect(parts.at(-1)).toMatchObject({ type: "finish", finishReason: { unified: unfinished } });
  });

  test("tell of an error in the middle", async () => {
    const parts = await stream({ text: ["Hel", "lo"], breaks: { afterPieces: 1, by: "error" } });
    expect(parts.some(({ type }) => type === "error")).toBe(true);
    expect(parts.at(-1)).toMatchObject({ type: "finish", finishReason: { unified: "error" } });
  });

  test("stall until the client gives up", async () => {
    await using server = await scriptedServer([{ text: ["Hel", "lo"], breaks: { afterPieces: 1, by: "stall" } }]);
    const controller = new AbortController();
    const { stream: reading } = await modelOf(server).doStream({ prompt: PROMPT, abortSignal: controller.signal });
    const read = (async () => {
      for await (const part of reading) {
        if (part.type === "text-delta" && part.delta !== "") controller.abort();
        if (part.type === "error") throw part.error;
      }
    })();
    await expect(read).rejects.toMatchObject({ name: "AbortError" });
    await server.until(([call]) => call?.state === "left");
    expect(server.totals()).toMatchObject({ calls: 1, outputTokens: 2 });
  });

  test("have nothing for a request that is not in the script, and no client asks again", async () => {
    await using server = await scriptedServer(() => undefined);
    await expect(modelOf(server).doGenerate({ prompt: PROMPT })).rejects.toMatchObject({
      statusCode: 400,
      isRetryable: false,
      message: expect.stringContaining('was not expected: the script has no reply to it. The user says: "Hello?"'),
    });
    expect(() => server.verify()).toThrow("was not expected");
  });
});

describe("chat completions through @ai-sdk/openai", () => {
  test("refuse", async () => {
    await using server = await scriptedServer(() => ({ refusal: "I won't." }));
    const { content, finishReason } = await createOpenAI(server.settings).chat("m").doGenerate({ prompt: PROMPT });
    expect(content).toEqual([{ type: "text", text: "I won't." }]);
    expect(finishReason).toEqual({ unified: "content-filter", raw: "stop" });
  });
});

describe("chat completions through @ai-sdk/openai-compatible", () => {
  const modelOf = ({ settings }: ScriptedServer) => createOpenAICompatible({ ...settings, name: "scripted" })("m");

  test("bring reasoning, and what they cost", async () => {
    const prices = { inputPico: 150_000n, cacheReadPico: 75_000n, outputPico: 600_000n };
    await using server = await scriptedServer([{ text: "Yes.", reasoning: "Hm.", usage: USAGE }], {
      prices,
      reportsCost: true,
    });
    const { content, usage } = await modelOf(server).doGenerate({ prompt: PROMPT });
    expect(content).toMatchObject([
      { type: "reasoning", text: "Hm." },
      { type: "text", text: "Yes." },
    ]);
    expect(server.spentPico).toBe(20n * 150_000n + 10n * 75_000n + 9n * 600_000n);
    expect(usage.raw?.["cost"]).toBe(0.00000915);
  });

  test("keep quiet about usage where the script says so, and charge it", async () => {
    await using server = await scriptedServer([{ text: "Yes.", usage: { ...USAGE, reported: false } }]);
    const { usage } = await modelOf(server).doGenerate({ prompt: PROMPT });
    expect(usage.inputTokens.total).toBeUndefined();
    expect(server.totals()).toMatchObject({ inputTokens: 30, outputTokens: 9 });
  });
});

describe("chat completions through the client of OpenAI", () => {
  const clientOf = ({ settings }: ScriptedServer, maxRetries = 0) => new OpenAI({ ...settings, maxRetries });
  const messages = [{ role: "user" as const, content: "Hello?" }];

  test("bring text and usage", async () => {
    await using server = await scriptedServer([{ text: "Hello!", usage: USAGE }]);
    const completion = await clientOf(server).chat.completions.create({ model: "gpt-5-mini", messages });
    expect(completion.choices).toMatchObject([{ message: { content: "Hello!" }, finish_reason: "stop" }]);
    expect(completion.usage).toEqual({
      prompt_tokens: 30,
      completion_tokens: 9,
      total_tokens: 39,
      prompt_tokens_details: { cached_tokens: 10 },
      completion_tokens_details: { reasoning_tokens: 4 },
    });
  });

  test("bring an object and run tools", async () => {
    await using server = await scriptedServer([
      { json: { sum: 3 } },
      { toolCalls: [{ name: "add", input: { a: 1, b: 2 } }] },
      ({ messages: [, , result] }) => `The sum is ${result?.toolResults[0]?.output}`,
    ]);
    const client = clientOf(server);
    const format = zodResponseFormat(z.object({ sum: z.number() }), "sum");
    const parsed = await client.chat.completions.parse({ model: "m", messages, response_format: format });
    expect(parsed.choices[0]?.message.parsed).toEqual({ sum: 3 });
    const runner = client.chat.completions.runTools({
      model: "m",
      messages,
      tools: [
        {
          type: "function",
          function: {
            name: "add",
            description: "adds",
            parameters: { type: "object" },
            parse: JSON.parse,
            function: ({ a, b }: { a: number; b: number }) => String(a + b),
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe("The sum is 3");
    server.verify();
  });

  test("stream, with usage only where it is asked for", async () => {
    await using server = await scriptedServer(() => ({ text: ["Hel", "lo"], usage: USAGE }));
    const client = clientOf(server);
    const usages = [];
    for (const include_usage of [true, false]) {
      const stream = client.chat.completions.stream({ model: "m", messages, stream_options: { include_usage } });
      const { choices, usage } = await stream.finalChatCompletion();
      expect(choices).toMatchObject([{ message: { content: "Hello" }, finish_reason: "stop" }]);
      usages.push(usage?.total_tokens);
    }
    expect(usages).toEqual([39, undefined]);
  });

  test("tries again as it was told, and finds the second reply", async () => {
    await using server = await scriptedServer([
      { status: 429, retryAfter: 0.001 },
      { status: 503, retryAfter: 0.001 },
      "Hello!",
    ]);
    const client = clientOf(server, 2);
    const { choices } = await client.chat.completions.create({ model: "m", messages });
    expect(choices[0]?.message.content).toBe("Hello!");
    expect(server.journal.map(({ status, request }) => [status, request?.nth])).toEqual([
      [429, 1],
      [503, 2],
      [200, 3],
    ]);
    expect(server.totals(({ status }) => status !== 200)).toMatchObject({ calls: 2, inputTokens: 0 });
  });

  test("know each error by its class", async () => {
    await using server = await scriptedServer([{ status: 401 }, { status: 404 }, { status: 429 }, { status: 500 }]);
    const client = clientOf(server);
    for (const known of [
      OpenAI.AuthenticationError,
      OpenAI.NotFoundError,
      OpenAI.RateLimitError,
      OpenAI.InternalServerError,
    ]) {
      await expect(client.chat.completions.create({ model: "m", messages })).rejects.toBeInstanceOf(known);
    }
  });

  test("are none where the request isn't any", async () => {
    await using server = await scriptedServer(() => "Hello!");
    const client = clientOf(server);
    await expect(client.chat.completions.create({ model: "", messages })).rejects.toMatchObject({ status: 400 });
    await expect(client.models.list()).rejects.toMatchObject({ status: 400 });
    expect(() => server.verify()).toThrow(
      "The server was sent what is no request: /v1/chat/completions: model must be",
    );
    expect(server.journal).toHaveLength(2);
  });
});
