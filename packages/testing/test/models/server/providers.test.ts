import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { type Reply, type ScriptedServer, scriptedServer } from "@flujo/testing";
import { describe, expect, test } from "vitest";

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

interface Provider {
  readonly name: string;
  readonly path: string;
  /** That bears the key. */
  readonly header: string;
  /** What it says of a stream that ends before its end. */
  readonly unfinished: string;
  /** What it makes of `{q` as the input of a tool. */
  readonly broken: string;
  readonly model: (server: ScriptedServer) => Model;
}

const PROVIDERS: readonly Provider[] = [
  {
    name: "chat completions through @ai-sdk/openai",
    path: "/v1/chat/completions",
    header: "authorization",
    unfinished: "interrupted",
    broken: "{q",
    model: ({ settings }) => createOpenAI(settings).chat("gpt-5-mini"),
  },
  {
    name: "chat completions through @ai-sdk/openai-compatible",
    path: "/v1/chat/completions",
    header: "authorization",
    unfinished: "error",
    broken: "{q",
    model: ({ settings }) =>
      createOpenAICompatible({ ...settings, name: "scripted", includeUsage: true, supportsStructuredOutputs: true })(
        "m",
      ),
  },
  {
    name: "responses through @ai-sdk/openai",
    path: "/v1/responses",
    header: "authorization",
    unfinished: "interrupted",
    broken: "{q",
    model: ({ settings }) => createOpenAI(settings).responses("gpt-5-mini"),
  },
  {
    name: "messages through @ai-sdk/anthropic",
    path: "/v1/messages",
    header: "x-api-key",
    unfinished: "interrupted",
    // This interface has inputs that are values, and a text that is no JSON is one.
    broken: '"{q"',
    model: ({ settings }) => createAnthropic(settings)("claude-sonnet-4-5"),
  },
  {
    name: "messages through @ai-sdk/anthropic, of a model that knows no schemas",
    path: "/v1/messages",
    header: "x-api-key",
    unfinished: "interrupted",
    // This interface has inputs that are values, and a text that is no JSON is one.
    broken: '"{q"',
    model: ({ settings }) => createAnthropic(settings)("claude-3-haiku-20240307"),
  },
];

const textsOf = (parts: readonly Part[]): string[] =>
  parts.flatMap((part) => (part.type === "text-delta" && part.delta !== "" ? [part.delta] : []));

describe.each(PROVIDERS)("$name", ({ path, header, unfinished, broken, model: modelOf }) => {
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
    expect(content).toMatchObject([{ type: "text", text: "Hello!" }]);
    expect(finishReason.unified).toBe("stop");
    expect(usage).toMatchObject({
      inputTokens: { total: 30, noCache: 20, cacheRead: 10 },
      outputTokens: { total: 9, text: 5, reasoning: 4 },
    });
    expect(call).toMatchObject({
      path,
      state: "answered",
      status: 200,
      headers: { [header]: "[secret]" },
      request: { system: "Be brief.", prompt: "Hello?", isStream: false, nth: 1 },
    });
  });

  test("bring an object of the schema that was asked for", async () => {
    const { content, call } = await generate(
      { json: { sum: 3 } },
      { responseFormat: { type: "json", schema: SCHEMA, name: "sum" } },
    );
    expect(content).toMatchObject([{ type: "text", text: '{"sum":3}' }]);
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
      { type: "tool-call", toolName: "search", input: broken },
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
    expect(textsOf(parts)).toEqual(["Hel"]);
    expect(parts.some(({ type }) => type === "error")).toBe(true);
    const finish = parts.find((part) => part.type === "finish");
    expect(finish?.finishReason.unified ?? "error").toBe("error");
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

describe.each(PROVIDERS.filter(({ name }) => !name.includes("compatible")))("$name", ({ model: modelOf }) => {
  test("refuse", async () => {
    await using server = await scriptedServer(() => ({ refusal: "I won't." }));
    const { content, finishReason } = await modelOf(server).doGenerate({ prompt: PROMPT });
    expect(content).toMatchObject([{ type: "text", text: "I won't." }]);
    expect(finishReason.unified).toBe("content-filter");
    const { stream } = await modelOf(server).doStream({ prompt: PROMPT });
    const parts: Part[] = [];
    for await (const part of stream) parts.push(part);
    expect(textsOf(parts)).toEqual(["I won't."]);
    expect(parts.at(-1)).toMatchObject({ finishReason: { unified: "content-filter" } });
  });
});

describe.each(PROVIDERS.filter(({ path }) => path !== "/v1/chat/completions"))("$name", ({ model: modelOf }) => {
  test("bring reasoning, and take the conversation back with all that belongs to it", async () => {
    await using server = await scriptedServer(({ messages }) => {
      const results = messages.flatMap(({ toolResults }) => toolResults);
      if (results.length > 0) return `${messages.length} messages, found ${results[0]?.output}`;
      return { reasoning: "Hm.", text: "I look.", toolCalls: [{ name: "search", input: { q: "x" }, id: "c1" }] };
    });
    const model = modelOf(server);
    const { stream } = await model.doStream({ prompt: PROMPT, tools: [TOOL] });
    const thought: Part[] = [];
    for await (const part of stream) if (part.type === "reasoning-delta") thought.push(part);
    expect(thought).toMatchObject([{ delta: "Hm." }, ...thought.slice(1).map(() => ({ delta: "" }))]);

    const { content } = await model.doGenerate({ prompt: PROMPT, tools: [TOOL] });
    expect(content).toMatchObject([{ type: "reasoning", text: "Hm." }, { type: "text" }, { type: "tool-call" }]);
    // As the AI SDK does between two turns.
    const said = content.map(({ providerMetadata, ...part }: Record<string, unknown>) => ({
      ...part,
      ...(part["type"] === "tool-call" ? { input: JSON.parse(String(part["input"])) } : {}),
      ...(providerMetadata === undefined ? {} : { providerOptions: providerMetadata }),
    }));
    const result = { type: "tool-result", toolCallId: "c1", toolName: "search", output: { type: "text", value: "42" } };
    const prompt = [...PROMPT, { role: "assistant", content: said }, { role: "tool", content: [result] }];
    const second = await model.doGenerate({ prompt: prompt as Call["prompt"], tools: [TOOL] });
    expect(second.content).toMatchObject([{ type: "text", text: expect.stringContaining("found 42") }]);
    const assistant = server.journal.at(-1)?.request?.messages.filter(({ role }) => role === "assistant") ?? [];
    expect(assistant.map(({ text }) => text).join("")).toBe("I look.");
    expect(assistant.flatMap(({ toolCalls }) => toolCalls)).toEqual([{ id: "c1", name: "search", input: { q: "x" } }]);
    server.verify();
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
