import { type ScriptedServer, scriptedServer } from "@flujo/testing";
import OpenAI from "openai";
import { zodResponseFormat, zodTextFormat } from "openai/helpers/zod";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const USAGE = { inputTokens: 30, cacheReadTokens: 10, outputTokens: 9, reasoningTokens: 4 };
const SUM = z.object({ sum: z.number() });
const clientOf = ({ settings }: ScriptedServer, maxRetries = 0) => new OpenAI({ ...settings, maxRetries });

describe("OpenAI's client: chat completions", () => {
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
    const format = zodResponseFormat(SUM, "sum");
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

describe("OpenAI's client: responses", () => {
  test("bring text and usage", async () => {
    await using server = await scriptedServer([{ text: "Hello!", reasoning: "Hm.", usage: USAGE }]);
    const response = await clientOf(server).responses.create({ model: "gpt-5-mini", input: "Hello?" });
    expect(response).toMatchObject({
      status: "completed",
      model: "gpt-5-mini",
      output_text: "Hello!",
      usage: {
        input_tokens: 30,
        input_tokens_details: { cached_tokens: 10 },
        output_tokens: 9,
        output_tokens_details: { reasoning_tokens: 4 },
        total_tokens: 39,
      },
    });
  });

  test("bring an object", async () => {
    await using server = await scriptedServer([{ json: { sum: 3 } }]);
    const text = { format: zodTextFormat(SUM, "sum") };
    const { output_parsed: sum } = await clientOf(server).responses.parse({ model: "m", input: "1 + 2", text });
    expect(sum).toEqual({ sum: 3 });
    expect(server.journal[0]?.request).toMatchObject({ prompt: "1 + 2", schema: { required: ["sum"] } });
  });

  test("go on from a response before", async () => {
    await using server = await scriptedServer(({ messages }) =>
      messages.map(({ role, text }) => `${role}: ${text}`).join(", "),
    );
    const client = clientOf(server);
    const first = await client.responses.create({ model: "m", input: "one" });
    const second = await client.responses.create({ model: "m", input: "two", previous_response_id: first.id });
    expect(second.output_text).toBe("user: one, assistant: user: one, user: two");
    const unknown = client.responses.create({ model: "m", input: "two", previous_response_id: "resp_x" });
    await expect(unknown).rejects.toThrow("Nothing was answered that is called resp_x");
  });

  test("stream text, reasoning and calls, which add up to what is streamed at the end", async () => {
    await using server = await scriptedServer([
      {
        reasoning: "Hm.",
        text: ["Hel", "lo"],
        toolCalls: [{ name: "search", input: { q: "x" }, id: "c1" }],
        usage: USAGE,
      },
    ]);
    const stream = clientOf(server).responses.stream({ model: "m", input: "Hello?" });
    const deltas: string[] = [];
    stream.on("response.output_text.delta", ({ delta }) => deltas.push(delta));
    const response = await stream.finalResponse();
    expect(deltas).toEqual(["Hel", "lo"]);
    expect(response.output).toMatchObject([
      { type: "reasoning", summary: [{ text: "Hm." }] },
      { type: "message", content: [{ type: "output_text", text: "Hello" }] },
      { type: "function_call", call_id: "c1", name: "search", arguments: '{"q":"x"}' },
    ]);
    expect(response.usage?.total_tokens).toBe(39);
  });

  test("stream a refusal, and an end before the end", async () => {
    await using server = await scriptedServer([{ refusal: "I won't." }, { text: "Hel", finishReason: "length" }]);
    const client = clientOf(server);
    const refused = await client.responses.stream({ model: "m", input: "Hello?" }).finalResponse();
    expect(refused.output).toMatchObject([{ content: [{ type: "refusal", refusal: "I won't." }] }]);
    const events: string[] = [];
    for await (const { type } of await client.responses.create({ model: "m", input: "Hello?", stream: true }))
      events.push(type);
    expect(events.at(-1)).toBe("response.incomplete");
  });

  test("tell of an error in the middle", async () => {
    await using server = await scriptedServer([{ text: ["Hel", "lo"], breaks: { afterPieces: 1, by: "error" } }]);
    const stream = await clientOf(server).responses.create({ model: "m", input: "Hello?", stream: true });
    const read = (async () => {
      for await (const event of stream) if (event.type === "error") throw new Error(event.message);
    })();
    await expect(read).rejects.toThrow("The server had an error");
  });
});
