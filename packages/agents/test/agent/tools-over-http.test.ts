import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { Flujo } from "@flujo/core";
import type { AnyStep, Step } from "@flujo/dsl";
import { tool } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { agent, type LanguageModel } from "../../src/index.ts";
import { chatAnswer, json, type ModelServer, type Reply, startModelServer } from "../support/model-server.ts";

const search = tool({
  description: "Finds pages.",
  inputSchema: z.object({ query: z.string() }),
  execute: async ({ query }) => ({ pages: [query] }),
});

const calls = {
  tool_calls: [{ id: "1", type: "function", function: { name: "search", arguments: '{"query":"dams"}' } }],
};

/** An answer that calls the tool, in chat completions. */
const chatCall: Reply = chatAnswer(
  {},
  { choices: [{ index: 0, message: { role: "assistant", content: null, ...calls }, finish_reason: "tool_calls" }] },
);

function anthropicAnswer(content: object[], stopReason: string): Reply {
  return json({
    id: "msg_1",
    type: "message",
    role: "assistant",
    model: "claude-sonnet-4-5",
    content,
    stop_reason: stopReason,
    stop_sequence: null,
    usage: { input_tokens: 30, output_tokens: 9 },
  });
}

interface Service {
  readonly name: string;
  readonly model: (server: ModelServer) => LanguageModel;
  readonly call: Reply;
  readonly answer: Reply;
  /** What the second request must have in it. */
  readonly told: unknown;
}

const chatTold = {
  messages: [
    {},
    { role: "assistant", tool_calls: [{ id: "1" }] },
    { role: "tool", tool_call_id: "1", content: '{"pages":["dams"]}' },
  ],
};

const SERVICES: readonly Service[] = [
  {
    name: "@ai-sdk/openai",
    model: ({ baseURL }) => createOpenAI({ baseURL, apiKey: "secret" }).chat("gpt-5-mini"),
    call: chatCall,
    answer: chatAnswer({ content: "Two." }),
    told: chatTold,
  },
  {
    name: "@ai-sdk/openai-compatible",
    model: ({ baseURL }) => createOpenAICompatible({ name: "acme", baseURL, apiKey: "secret" })("nano"),
    call: chatCall,
    answer: chatAnswer({ content: "Two." }),
    told: chatTold,
  },
  {
    name: "@ai-sdk/anthropic",
    model: ({ baseURL }) => createAnthropic({ baseURL, apiKey: "secret" })("claude-sonnet-4-5"),
    call: anthropicAnswer([{ type: "tool_use", id: "1", name: "search", input: { query: "dams" } }], "tool_use"),
    answer: anthropicAnswer([{ type: "text", text: "Two." }], "end_turn"),
    told: {
      messages: [
        {},
        { role: "assistant", content: [{ type: "tool_use", id: "1", input: { query: "dams" } }] },
        { role: "user", content: [{ type: "tool_result", tool_use_id: "1", content: '{"pages":["dams"]}' }] },
      ],
    },
  },
];

async function run(step: AnyStep) {
  await using flujo = new Flujo(step as Step<unknown, unknown>);
  return await flujo.run("dams", { runId: "one" });
}

describe.each(SERVICES)("over $name", ({ model, call, answer, told }) => {
  test("calls tools, and answers with what they gave", async () => {
    await using server = await startModelServer(call, answer);
    const result = await run(agent("finder", { model: model(server), prompt: "Find.", tools: { search } }));
    expect(result).toMatchObject({ status: "completed", output: "Two." });
    expect(result.usage).toMatchObject({ requests: 2, inputTokens: 60, outputTokens: 18 });
    expect(server.asked[1]?.body).toMatchObject(told as object);
  });

  test("waits as long as the service says before a turn is tried again, and sends the call's key each time", async () => {
    const busy: Reply = (response) => {
      response.writeHead(429, { "content-type": "application/json", "retry-after": "0" });
      response.end(JSON.stringify({ type: "error", error: { type: "rate_limit_error", message: "Slow down" } }));
    };
    await using server = await startModelServer(call, busy, answer);
    const finder = agent("finder", {
      model: model(server),
      prompt: "Find.",
      tools: { search },
      retry: { maxAttempts: 2, initialDelayMs: 600_000 },
      idempotencyHeader: "Idempotency-Key",
    });
    expect(await run(finder)).toMatchObject({ status: "completed", output: "Two." });
    expect(server.asked.map(({ headers }) => headers["idempotency-key"])).toEqual([
      "one:finder#1/model",
      "one:finder#2/model",
      "one:finder#2/model",
    ]);
  });
});

test("a stream that the service cuts in the middle is a transient failure, and tried again", async () => {
  const piece = (delta: object, finish: string | null = null): string =>
    `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const cut: Reply = (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(piece({ role: "assistant", content: "This looks whole." }), () => response.destroy());
  };
  const whole: Reply = (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`${piece({ role: "assistant", content: "Whole." })}${piece({}, "stop")}data: [DONE]\n\n`);
  };
  await using server = await startModelServer(cut, whole);
  const model = createOpenAI({ baseURL: server.baseURL, apiKey: "secret" }).chat("gpt-5-mini");
  const critic = agent("critic", { model, prompt: "?", stream: true, retry: { maxAttempts: 2, initialDelayMs: 0 } });
  expect(await run(critic)).toMatchObject({ status: "completed", output: "Whole." });
  expect(server.asked).toHaveLength(2);
});
