import { once } from "node:events";
import { createOpenAI } from "@ai-sdk/openai";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  agent,
  ContentFilterError,
  ModelCallError,
  OutputTruncatedError,
  StructuredOutputError,
} from "../../src/index.ts";
import { failureOf } from "../support/failure-of.ts";
import {
  chatAnswer,
  json,
  type ModelServer,
  type Reply,
  responsesAnswer,
  startModelServer,
} from "../support/model-server.ts";
import { runAlone } from "../support/run-alone.ts";
import { recordingScope } from "../support/scope.ts";

const Critique = z.object({ score: z.number(), notes: z.array(z.string()) });
const settings = { system: "You review drafts.", prompt: (draft: string) => `Review: ${draft}` };
const booked = {
  model: "openai/gpt-5-mini",
  inputTokens: 30,
  outputTokens: 9,
  cachedInputTokens: 10,
  reasoningTokens: 4,
};

function openai(server: ModelServer) {
  return createOpenAI({ baseURL: server.baseURL, apiKey: "secret" });
}

/** An agent over chat completions, run on a draft. */
async function review(server: ModelServer, more: { readonly output?: typeof Critique } = {}, scope = recordingScope()) {
  const critic = agent("critic", { model: openai(server).chat("gpt-5-mini"), ...settings, ...more });
  return runAlone(critic, "Once upon a time", scope);
}

describe("over chat completions", () => {
  test("gives text and books the usage", async () => {
    await using server = await startModelServer(chatAnswer({ content: "Too long." }));
    const scope = recordingScope();
    expect(await review(server, {}, scope)).toBe("Too long.");
    expect(scope.reports).toMatchObject([booked]);
    expect(server.asked).toHaveLength(1);
    expect(server.asked[0]).toMatchObject({
      url: "/v1/chat/completions",
      headers: { authorization: "Bearer secret" },
      body: {
        model: "gpt-5-mini",
        messages: [
          { role: "developer", content: "You review drafts." },
          { role: "user", content: "Review: Once upon a time" },
        ],
      },
    });
    expect(server.asked[0]?.body).not.toHaveProperty("response_format");
  });

  test("asks for strict structured output and gives what the schema says", async () => {
    await using server = await startModelServer(chatAnswer({ content: '{"score":3,"notes":["long"]}' }));
    expect(await review(server, { output: Critique })).toEqual({ score: 3, notes: ["long"] });
    expect(server.asked[0]?.body.response_format).toMatchObject({
      type: "json_schema",
      json_schema: {
        name: "critic",
        strict: true,
        schema: { type: "object", required: ["score", "notes"], additionalProperties: false },
      },
    });
  });

  test("books the usage of an answer that is of no use", async () => {
    await using server = await startModelServer(chatAnswer({ content: "I would rather not." }));
    const scope = recordingScope();
    const error = await failureOf(review(server, { output: Critique }, scope), StructuredOutputError);
    expect(error.text).toBe("I would rather not.");
    expect(scope.reports).toMatchObject([booked]);
  });

  test("books usage as unknown where the service reports none", async () => {
    await using server = await startModelServer(chatAnswer({ content: "Too long." }, { usage: undefined }));
    const scope = recordingScope();
    await review(server, {}, scope);
    expect(scope.reports).toEqual([
      { model: "openai/gpt-5-mini", purpose: "step", price: { source: "unknown", why: expect.any(String) } },
    ]);
  });

  test("knows an answer that was cut at the token limit, and a refusal", async () => {
    const cut = {
      choices: [{ index: 0, message: { role: "assistant", content: '{"score":3,' }, finish_reason: "length" }],
    };
    const refused = {
      choices: [
        { index: 0, message: { role: "assistant", content: null, refusal: "No." }, finish_reason: "content_filter" },
      ],
    };
    await using server = await startModelServer(chatAnswer({}, cut), chatAnswer({}, refused));
    expect((await failureOf(review(server, { output: Critique }), OutputTruncatedError)).text).toBe('{"score":3,');
    await failureOf(review(server, { output: Critique }), ContentFilterError);
  });

  test.each([
    [429, "rateLimit", true],
    [500, "transient", true],
    [401, "authentication", false],
    [400, "permanent", false],
  ] as const)("fails for status %i as %s, after one request", async (status, category, retryable) => {
    await using server = await startModelServer(json({ error: { message: "Not now", type: "x", code: null } }, status));
    const scope = recordingScope();
    const error = await failureOf(review(server, {}, scope), ModelCallError);
    expect(error).toMatchObject({
      statusCode: status,
      category,
      retryable,
      model: "openai/gpt-5-mini",
      path: "desk/critic#1/model",
    });
    expect(error.message).toContain("Not now");
    expect(error.cause).toMatchObject({ name: "AI_APICallError" });
    expect(scope.reports).toEqual([]);
    expect(server.asked).toHaveLength(1);
  });

  test("fails as transient when nobody listens", async () => {
    const server = await startModelServer();
    await server[Symbol.asyncDispose]();
    const error = await failureOf(review(server), ModelCallError);
    expect(error).toMatchObject({ category: "transient", retryable: true, statusCode: undefined });
  });

  test("fails as transient when the connection breaks in the middle of the answer", async () => {
    const half: Reply = (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"id":"chatcmpl-1",', () => response.destroy());
    };
    await using server = await startModelServer(half);
    const error = await failureOf(review(server), ModelCallError);
    expect(error).toMatchObject({ category: "transient", retryable: true });
  });

  test("stops in the middle of an answer when the signal aborts, and lets the service know", async () => {
    const controller = new AbortController();
    let closed: Promise<unknown> | undefined;
    const half: Reply = (response) => {
      closed = once(response, "close");
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"id":"chatcmpl-1",', () => controller.abort(reason));
    };
    const reason = { why: "the run was cancelled" };
    await using server = await startModelServer(half);
    const scope = recordingScope({ signal: controller.signal });
    await expect(review(server, {}, scope)).rejects.toBe(reason);
    await closed;
    expect(scope.reports).toMatchObject([{ estimated: true, outputTokens: 0 }]);
  });
});

test("works over responses, OpenAI's usual interface, alike", async () => {
  await using server = await startModelServer(responsesAnswer('{"score":3,"notes":[]}'));
  const critic = agent("critic", { model: openai(server)("gpt-5-mini"), ...settings, output: Critique });
  const scope = recordingScope();
  expect(await runAlone(critic, "Once upon a time", scope)).toEqual({ score: 3, notes: [] });
  expect(scope.reports).toMatchObject([booked]);
  expect(server.asked[0]).toMatchObject({
    url: "/v1/responses",
    body: {
      text: { format: { type: "json_schema", name: "critic", strict: true, schema: { additionalProperties: false } } },
    },
  });
});
