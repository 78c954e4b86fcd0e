import { Flujo } from "@flujo/core";
import { type AnyStep, InvalidOptionError } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  AgentStep,
  agent,
  agents,
  ContentFilterError,
  EmptyOutputError,
  ModelCallError,
  OutputTruncatedError,
  RefusalError,
  StructuredOutputError,
} from "../../src/index.ts";
import { failureOf } from "../support/failure-of.ts";
import { KNOWN_USAGE, ModelOfV4, UNKNOWN_USAGE } from "../support/models.ts";
import { runAlone } from "../support/run-alone.ts";
import { recordingScope } from "../support/scope.ts";

interface Doc {
  readonly text: string;
}

const doc: Doc = { text: "Once upon a time" };

/** Runs an agent on a document. */
function run(step: AnyStep, input: unknown = doc, scope = recordingScope()): Promise<unknown> {
  return runAlone(step, input, scope);
}

describe("what is asked", () => {
  test("is the prompt, made from the input", async () => {
    const model = new ModelOfV4("Fine.");
    expect(await run(agent("critic", { model, prompt: (draft: Doc) => `Review: ${draft.text}` }))).toBe("Fine.");
    expect(model.asked).toHaveLength(1);
    expect(model.asked[0]?.prompt).toEqual([
      { role: "user", content: [{ type: "text", text: "Review: Once upon a time" }] },
    ]);
  });

  test("has the system text first, and both may be promised", async () => {
    const model = new ModelOfV4("Fine.");
    const critic = agent("critic", {
      model,
      system: async (draft: Doc) => `You have read ${draft.text}.`,
      prompt: async () => "What is wrong with it?",
    });
    await run(critic);
    expect(model.asked[0]?.prompt).toEqual([
      { role: "system", content: "You have read Once upon a time." },
      { role: "user", content: [{ type: "text", text: "What is wrong with it?" }] },
    ]);
  });

  test("has no system message where the system text is blank", async () => {
    const model = new ModelOfV4("Fine.");
    await run(agent("critic", { model, system: " ", prompt: "Well?" }));
    expect(model.asked[0]?.prompt.map(({ role }) => role)).toEqual(["user"]);
  });

  test("may be a conversation, with plain strings spelt out and all else as it came", async () => {
    const model = new ModelOfV4("Fine.");
    const image = { type: "file", mediaType: "image/png", data: { type: "data", data: new Uint8Array([1]) } } as const;
    const cached = { acme: { cache: true } };
    const critic = agent("critic", {
      model,
      system: "Be brief.",
      prompt: (draft: Doc) => [
        { role: "user", content: draft.text, providerOptions: cached },
        { role: "assistant", content: "And then?" },
        { role: "user", content: [image] },
      ],
    });
    await run(critic);
    expect(model.asked[0]?.prompt).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: [{ type: "text", text: "Once upon a time" }], providerOptions: cached },
      { role: "assistant", content: [{ type: "text", text: "And then?" }] },
      { role: "user", content: [image] },
    ]);
  });

  test("can depend on the context", async () => {
    const model = new ModelOfV4("Fine.");
    const critic = agents<{ tone: string }>().agent("critic", {
      model,
      prompt: (draft: Doc, { context }) => `${draft.text}, ${context.tone}`,
    });
    await runAlone(critic, doc, recordingScope({ context: { tone: "dry" } }));
    expect(model.asked[0]?.prompt[0]?.content).toEqual([{ type: "text", text: "Once upon a time, dry" }]);
  });

  test("goes with the settings that were given, and no others", async () => {
    const model = new ModelOfV4("Fine.");
    const settings = {
      temperature: 0,
      maxOutputTokens: 100,
      topP: 0.5,
      topK: 40,
      presencePenalty: 0.1,
      frequencyPenalty: -0.1,
      stopSequences: ["END"],
      seed: 7,
      providerOptions: { acme: { effort: "low" } },
      headers: { "x-team": "docs" },
    };
    await run(agent("critic", { model, prompt: "Well?", ...settings }));
    await run(agent("critic", { model, prompt: "Well?", ...JSON.parse("{}"), seed: undefined as never }));
    const prompt = [{ role: "user", content: [{ type: "text", text: "Well?" }] }];
    expect(model.asked[0]).toEqual({ prompt, ...settings, abortSignal: expect.any(AbortSignal) });
    expect(Object.keys(model.asked[1] ?? {}).sort()).toEqual(["abortSignal", "prompt"]);
  });

  test("is a conversation that is always the same, a picture in it included", async () => {
    const model = new ModelOfV4("Fine.");
    const picture = {
      type: "file",
      data: { type: "data", data: new Uint8Array([1, 2]) },
      mediaType: "image/png",
    } as const;
    const critic = agent("critic", {
      model,
      prompt: [
        { role: "user", content: [picture] },
        { role: "user", content: "Well?" },
      ],
    });
    await using flujo = new Flujo(critic);
    expect(await flujo.run(doc)).toMatchObject({ status: "completed", output: "Fine." });
    expect(model.asked[0]?.prompt).toEqual([
      { role: "user", content: [picture] },
      { role: "user", content: [{ type: "text", text: "Well?" }] },
    ]);
    const other = agent("critic", { model, prompt: [{ role: "user", content: "Well?" }] });
    expect(other.fingerprint()).not.toBe(critic.fingerprint());
    expect(() => agent("critic", { model, prompt: [] })).toThrow(
      'prompt of agent "critic" must be a string, a list of',
    );
  });

  test("is nothing when the prompt can't be sent", async () => {
    const model = new ModelOfV4("Fine.");
    for (const prompt of [undefined, 7, [], [{ role: "user" }], [{ role: "robot", content: "?" }], ["Well?"]]) {
      const error = await failureOf(run(agent("critic", { model, prompt: () => prompt as never })), InvalidOptionError);
      expect(error).toMatchObject({ option: "what prompt returned", received: prompt, path: "desk/critic" });
    }
    const error = await failureOf(
      run(agent("critic", { model, prompt: "?", system: () => 7 as never })),
      InvalidOptionError,
    );
    expect(error.option).toBe("what system returned");
    expect(model.asked).toEqual([]);
  });

  test("fails with what the prompt function throws", async () => {
    const broken = new TypeError("no such draft");
    const critic = agent("critic", {
      model: new ModelOfV4("Fine."),
      prompt: () => {
        throw broken;
      },
    });
    await expect(run(critic)).rejects.toMatchObject({ code: "step_failed", cause: broken });
  });
});

describe("a text answer", () => {
  test("is all text parts joined, and nothing of the others", async () => {
    const model = new ModelOfV4({
      content: [
        { type: "reasoning", text: "Let me see." },
        { type: "text", text: "Once " },
        { type: "source", sourceType: "url", id: "1", url: "https://example.org" },
        { type: "text", text: "more." },
      ],
    });
    expect(await run(agent("critic", { model, prompt: "Well?" }))).toBe("Once more.");
  });

  test("is left as it came, blanks at its ends included", async () => {
    expect(await run(agent("critic", { model: new ModelOfV4(" Fine.\n"), prompt: "Well?" }))).toBe(" Fine.\n");
  });

  test("is taken when the provider gave no known reason to end", async () => {
    const model = new ModelOfV4({
      content: [{ type: "text", text: "Fine." }],
      finishReason: { unified: "other", raw: undefined },
    });
    expect(await run(agent("critic", { model, prompt: "Well?" }))).toBe("Fine.");
  });

  test("that is blank is an EmptyOutputError", async () => {
    for (const content of [[], [{ type: "text" as const, text: " \n" }]]) {
      const error = await failureOf(
        run(agent("critic", { model: new ModelOfV4({ content }), prompt: "?" })),
        EmptyOutputError,
      );
      expect(error).toMatchObject({ code: "empty_output", category: "validation", retryable: true });
      expect(error).toMatchObject({ model: "acme/nano", finishReason: "stop", path: "desk/critic#1/model" });
    }
  });
});

describe("an answer that was cut short", () => {
  const content = [{ type: "text" as const, text: '{"ok":true}' }];

  test("at the token limit is an OutputTruncatedError, also if it parses", async () => {
    const model = new ModelOfV4({ content, finishReason: { unified: "length", raw: "max_tokens" } });
    for (const output of [undefined, z.object({ ok: z.boolean() })]) {
      const critic = agent("critic", { model, prompt: "?", ...(output && { output }) });
      const error = await failureOf(run(critic), OutputTruncatedError);
      expect(error).toMatchObject({ code: "output_truncated", category: "resource", retryable: false });
      expect(error).toMatchObject({ model: "acme/nano", text: '{"ok":true}', path: "desk/critic#1/model" });
    }
  });

  test("at the token limit is one even if nothing came", async () => {
    const model = new ModelOfV4({ finishReason: { unified: "length", raw: "length" } });
    await failureOf(run(agent("critic", { model, prompt: "?" })), OutputTruncatedError);
  });

  test("by a content filter is a ContentFilterError", async () => {
    const model = new ModelOfV4({ content, finishReason: { unified: "content-filter", raw: "filter" } });
    const error = await failureOf(run(agent("critic", { model, prompt: "?" })), ContentFilterError);
    expect(error).toMatchObject({ code: "content_filtered", category: "permanent", retryable: false });
    expect(error).toMatchObject({ model: "acme/nano", text: '{"ok":true}', path: "desk/critic#1/model" });
  });

  test("by the model itself, which refuses, is a RefusalError", async () => {
    const refused = { content: [{ type: "text" as const, text: "I won't." }] };
    for (const raw of ["refusal", "stop", undefined]) {
      const model = new ModelOfV4({ ...refused, finishReason: { unified: "content-filter", raw } });
      const error = await failureOf(run(agent("critic", { model, prompt: "?" })), RefusalError);
      expect(error).toMatchObject({ code: "refused", category: "permanent", retryable: false, text: "I won't." });
    }
  });

  test("in words, where data was asked for, is a RefusalError too, and nobody is asked again", async () => {
    const model = new ModelOfV4("I'm sorry, but I can't help with that.");
    const critic = agent("critic", { model, prompt: "?", output: z.object({ ok: z.boolean() }) });
    await failureOf(run(critic), RefusalError);
    expect(model.asked).toHaveLength(1);
  });

  test("by an error or a lost connection is a ModelCallError that another try may mend", async () => {
    for (const unified of ["error", "interrupted"] as const) {
      const model = new ModelOfV4({ content, finishReason: { unified, raw: "overloaded" } });
      const error = await failureOf(run(agent("critic", { model, prompt: "?" })), ModelCallError);
      expect(error).toMatchObject({
        category: "transient",
        retryable: true,
        statusCode: undefined,
        path: "desk/critic#1/model",
      });
      expect(error.message).toContain("overloaded");
    }
  });
});

describe("a structured answer", () => {
  const Critique = z.object({ score: z.number(), notes: z.array(z.object({ text: z.string() })).default([]) });

  test("is asked for by the schema's JSON Schema, with objects closed, and not in words", async () => {
    const model = new ModelOfV4('{"score":3}');
    await run(agent("the critic's: äußerst streng", { model, prompt: "?", output: Critique }));
    expect(model.asked[0]?.prompt).toEqual([{ role: "user", content: [{ type: "text", text: "?" }] }]);
    expect(model.asked[0]?.responseFormat).toEqual({
      type: "json",
      name: "the_critic_s_u_erst_streng",
      schema: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: {
          score: { type: "number" },
          notes: {
            default: [],
            type: "array",
            items: {
              type: "object",
              properties: { text: { type: "string" } },
              required: ["text"],
              additionalProperties: false,
            },
          },
        },
        required: ["score"],
        additionalProperties: false,
      },
    });
  });

  test("has a name that is no longer than providers take", async () => {
    const model = new ModelOfV4('{"score":3}');
    await run(agent("x".repeat(80), { model, prompt: "?", output: Critique }));
    expect(model.asked[0]?.responseFormat).toMatchObject({ name: "x".repeat(64) });
  });

  test("is what the schema makes of it", async () => {
    const output = z.object({ score: z.string().transform(Number), notes: z.array(z.string()).default([]) });
    const model = new ModelOfV4('{"score":"3","extra":true}');
    expect(await run(agent("critic", { model, prompt: "?", output }))).toEqual({ score: 3, notes: [] });
  });

  test("may be checked by a schema that takes its time", async () => {
    const output = z
      .object({ score: z.number() })
      .refine(async ({ score }) => (await Promise.resolve(score)) < 5, "too high");
    const step = (score: number) =>
      agent("critic", { model: new ModelOfV4(`{"score":${score}}`), prompt: "?", output });
    expect(await run(step(3))).toEqual({ score: 3 });
    expect((await failureOf(run(step(7)), StructuredOutputError)).issues).toEqual(["too high"]);
  });

  test("is asked for in words, with the schema, where providers can't take that schema", async () => {
    const model = new ModelOfV4('["a","b"]');
    const critic = agent("critic", { model, system: "Be brief.", prompt: "?", output: z.array(z.string()) });
    expect(await run(critic)).toEqual(["a", "b"]);
    expect(model.asked[0]?.responseFormat).toBeUndefined();
    const system = String(model.asked[0]?.prompt[0]?.content);
    expect(system).toMatch(/^Be brief\.\n\nAnswer with JSON only/);
    expect(system).toContain('"type":"array","items":{"type":"string"}');
  });

  test("is asked for in words alone where the schema has no JSON Schema", async () => {
    const model = new ModelOfV4('{"score":3}');
    const plain = {
      "~standard": { version: 1, vendor: "acme", validate: (value: unknown) => ({ value }) },
    } as const;
    expect(await run(agent("critic", { model, prompt: "?", output: plain }))).toEqual({ score: 3 });
    expect(model.asked[0]?.responseFormat).toBeUndefined();
    expect(model.asked[0]?.prompt).toEqual([
      { role: "system", content: "Answer with JSON only: no other text before or after it." },
      { role: "user", content: [{ type: "text", text: "?" }] },
    ]);
  });

  test("is read from the text that the provider singles out", async () => {
    const content = [
      { type: "text" as const, text: "A draft: {}" },
      { type: "text" as const, text: '{"score":3}' },
    ];
    const chosen = new ModelOfV4({ content, structuredOutputText: '{"score":3}' });
    expect(await run(agent("critic", { model: chosen, prompt: "?", output: Critique }))).toEqual({
      score: 3,
      notes: [],
    });
    const none = new ModelOfV4({ content, structuredOutputText: "" });
    await failureOf(run(agent("critic", { model: none, prompt: "?", output: Critique })), EmptyOutputError);
  });

  test("that is almost JSON is repaired, and every change is logged as a warning", async () => {
    const scope = recordingScope();
    const critic = agent("critic", {
      model: new ModelOfV4("Sure! {score: '3', notes: [],}"),
      prompt: "?",
      output: Critique,
    });
    expect(await run(critic, doc, scope)).toEqual({ score: 3, notes: [] });
    const kinds = ["prose", "bare-key", "quotes", "number-from-text", "bare-key", "extra-comma"];
    expect(scope.warnings).toMatchObject([
      {
        message: "The answer of acme/nano was repaired",
        data: { repairs: kinds.map((kind) => ({ kind })), cost: 1, flags: ["coerced"] },
      },
    ]);
  });

  test("that is JSON and does not fit is repaired too", async () => {
    const model = new ModelOfV4('{"score":"3","notes":[]}');
    expect(await run(agent("critic", { model, prompt: "?", output: Critique }))).toEqual({ score: 3, notes: [] });
  });

  test("is not repaired if one says so", async () => {
    const options = { prompt: "?", output: Critique, repair: { deterministic: false } };
    for (const text of ['Sure! {"score":3,"notes":[]}', '{"score":"3","notes":[]}']) {
      await failureOf(run(agent("critic", { model: new ModelOfV4(text), ...options })), StructuredOutputError);
    }
  });

  test("that is not JSON is a StructuredOutputError with the text", async () => {
    const text = "Three, and no notes.";
    const error = await failureOf(
      run(agent("critic", { model: new ModelOfV4(text), prompt: "?", output: Critique })),
      StructuredOutputError,
    );
    expect(error).toMatchObject({ code: "structured_output", category: "validation", retryable: true });
    expect(error).toMatchObject({ model: "acme/nano", text, path: "desk/critic" });
    expect(error.issues).toEqual([expect.stringMatching(/^it is not JSON: /)]);
    expect(error.cause).toBeInstanceOf(SyntaxError);
  });

  test("that can't be repaired says why, beside that it is not JSON", async () => {
    const model = new ModelOfV4('{"score": 3, "notes": "a, b"} as asked');
    const error = await failureOf(
      run(agent("critic", { model, prompt: "?", output: Critique })),
      StructuredOutputError,
    );
    expect(error.issues).toEqual([
      expect.stringMatching(/^it is not JSON: /),
      expect.stringMatching(/^\/notes: a text that may stand for any number of items$/),
    ]);
  });

  test("that the schema refuses is a StructuredOutputError with every issue and its place", async () => {
    const text = '{"score":"high","notes":[{"text":"a"},{"text":7}]}';
    const error = await failureOf(
      run(agent("critic", { model: new ModelOfV4(text), prompt: "?", output: Critique })),
      StructuredOutputError,
    );
    expect(error.text).toBe(text);
    expect(error.issues).toEqual([
      expect.stringMatching(/^\/score: .*expected number/),
      expect.stringMatching(/^\/notes\/1\/text: .*expected string/),
    ]);
  });

  test("that is blank is an EmptyOutputError", async () => {
    await failureOf(
      run(agent("critic", { model: new ModelOfV4(" "), prompt: "?", output: Critique })),
      EmptyOutputError,
    );
  });
});

describe("usage", () => {
  test("is booked with the model's name, before anything can be wrong with the answer", async () => {
    const booked = { model: "acme/nano", inputTokens: 12, outputTokens: 7, cachedInputTokens: 4, reasoningTokens: 2 };
    const useless = [
      "not JSON",
      '{"score":"high"}',
      "",
      { finishReason: { unified: "length" as const, raw: "length" } },
      { finishReason: { unified: "content-filter" as const, raw: "filter" } },
      { finishReason: { unified: "error" as const, raw: "error" } },
    ];
    for (const answer of useless) {
      const scope = recordingScope();
      const critic = agent("critic", {
        model: new ModelOfV4(answer),
        prompt: "?",
        output: z.object({ score: z.number() }),
        repair: { reAsk: false },
      });
      await failureOf(run(critic, doc, scope), Error);
      expect(scope.reports).toMatchObject([booked]);
    }
  });

  test("is booked as unknown where the provider says nothing", async () => {
    for (const usage of [UNKNOWN_USAGE, undefined as never]) {
      const scope = recordingScope();
      await run(agent("critic", { model: new ModelOfV4({ ...text("Fine."), usage }), prompt: "?" }), doc, scope);
      expect(scope.reports).toEqual([
        { model: "acme/nano", purpose: "step", price: { source: "unknown", why: expect.any(String) } },
      ]);
    }
  });

  test("is not booked for a call that gave no answer", async () => {
    const scope = recordingScope();
    const model = new ModelOfV4(() => Promise.reject(new Error("down")));
    await failureOf(run(agent("critic", { model, prompt: "?" }), doc, scope), ModelCallError);
    expect(scope.reports).toEqual([]);
  });

  test("has the cost that a provider reports", async () => {
    const scope = recordingScope();
    const usage = { ...KNOWN_USAGE, raw: { cost: 0.0042 } };
    await run(agent("critic", { model: new ModelOfV4({ ...text("Fine."), usage }), prompt: "?" }), doc, scope);
    expect(scope.reports).toMatchObject([{ inputTokens: 12, costPico: 4_200_000_000n, price: { source: "provider" } }]);
  });

  function text(text: string) {
    return { content: [{ type: "text" as const, text }] };
  }
});

test("a provider's warnings are logged", async () => {
  const scope = recordingScope();
  const warning = { type: "unsupported", feature: "seed" } as const;
  const model = new ModelOfV4({ content: [{ type: "text", text: "Fine." }], warnings: [warning] });
  await run(agent("critic", { model, prompt: "?", seed: 7 }), doc, scope);
  expect(scope.warnings).toEqual([{ message: "acme/nano could not do all that was asked", data: warning }]);
});

describe("an abort", () => {
  test("before the call costs nothing and throws the signal's reason", async () => {
    const reason = { why: "the run was cancelled" };
    const model = new ModelOfV4("Fine.");
    const scope = recordingScope({ signal: AbortSignal.abort(reason) });
    await expect(run(agent("critic", { model, prompt: "?" }), doc, scope)).rejects.toBe(reason);
    expect(model.asked).toEqual([]);
  });

  test("while the prompt is made costs nothing either", async () => {
    const model = new ModelOfV4("Fine.");
    const controller = new AbortController();
    const critic = agent("critic", {
      model,
      prompt: async () => {
        controller.abort("enough");
        return "?";
      },
    });
    await expect(run(critic, doc, recordingScope({ signal: controller.signal }))).rejects.toBe("enough");
    expect(model.asked).toEqual([]);
  });

  test("during the call throws the signal's reason, however the provider words it", async () => {
    const controller = new AbortController();
    const model = new ModelOfV4(() => {
      controller.abort("enough");
      throw new Error("socket hang up");
    });
    const critic = agent("critic", { model, prompt: "?" });
    await expect(run(critic, doc, recordingScope({ signal: controller.signal }))).rejects.toBe("enough");
  });
});

describe("a call that fails", () => {
  test("is a ModelCallError with the provider's own as cause", async () => {
    const responseHeaders = { "retry-after": "2" };
    const cause = Object.assign(new Error("Slow down"), { statusCode: 429, isRetryable: true, responseHeaders });
    const model = new ModelOfV4(() => Promise.reject(cause));
    const error = await failureOf(run(agent("critic", { model, prompt: "?" })), ModelCallError);
    expect(error).toMatchObject({ code: "model_call_failed", category: "rateLimit", retryable: true, statusCode: 429 });
    expect(error.retryAfterMs).toBe(2_000);
    expect(error).toMatchObject({ model: "acme/nano", path: "desk/critic#1/model" });
    expect(error.message).toBe("The call to acme/nano failed with status 429: Slow down");
    expect(error.cause).toBe(cause);
  });

  test("with an error of Flujo's, as of a model that is wrapped, throws that error", async () => {
    const own = new InvalidOptionError("tenant", 7, "a tenant's name");
    const model = new ModelOfV4(() => Promise.reject(own));
    expect(await failureOf(run(agent("critic", { model, prompt: "?" })), InvalidOptionError)).toBe(own);
  });

  test("with something that is no error says what it was", async () => {
    const model = new ModelOfV4(() => {
      throw "down";
    });
    const error = await failureOf(run(agent("critic", { model, prompt: "?" })), ModelCallError);
    expect(error.message).toBe("The call to acme/nano failed: down");
  });
});

describe("the step", () => {
  const model = new ModelOfV4("Fine.");

  test("shows its prompt, version and output schema, and in it the step that calls the model, whose name is its resource", () => {
    const output = z.object({ score: z.string().transform(Number).pipe(z.number()) });
    const critic = agent("critic", { model, prompt: "?", output, version: "2" });
    expect(critic.describe()).toMatchObject({
      name: "critic",
      kind: "agent",
      details: {
        prompt: "?",
        version: "2",
        output: { type: "object", properties: { score: { type: "number" } } },
      },
      children: [
        { role: "body", name: "model", kind: "model", resource: "acme/nano", details: { model: "acme/nano" } },
        { role: "body", name: "re-ask", kind: "model", resource: "acme/nano", details: { model: "acme/nano" } },
      ],
    });
  });

  test("names the vendor of a schema that has no JSON Schema", () => {
    const output = z.object({ at: z.string().transform((text) => new Date(text)) });
    expect(agent("critic", { model, prompt: "?", output }).describe().details).toMatchObject({
      output: { vendor: "zod" },
    });
  });

  test("is frozen, and keeps its class with policies", async () => {
    const critic = agent("critic", { model, prompt: "?", output: z.string() });
    expect(Object.isFrozen(critic)).toBe(true);
    const robust = critic.withRetry({ maxAttempts: 2 });
    expect(robust).toBeInstanceOf(AgentStep);
    expect(robust.describe().details).toEqual(critic.describe().details);
    expect(await run(agent("plain", { model, prompt: "?" }).withTimeout(1_000))).toBe("Fine.");
  });
});

describe("options", () => {
  const good = { model: new ModelOfV4("Fine."), prompt: "?" };
  const wrong: readonly [option: string, value: unknown][] = [
    ["model", undefined],
    ["system", 7],
    ["prompt", undefined],
    ["prompt", ["?"]],
    ["output", { type: "object" }],
    ["repair", true],
    ["tools", []],
    ["maxTurns", 0],
    ["toolChoice", "always"],
    ["approval", "yes"],
    ["onToolError", "ignore"],
    ["stream", 1],
    ["topK", 0],
    ["presencePenalty", "high"],
    ["stopSequences", [""]],
    ["idempotencyHeader", "a b"],
    ["temperature", -1],
    ["temperature", "0"],
    ["temperature", Number.NaN],
    ["maxOutputTokens", 0],
    ["maxOutputTokens", 1.5],
    ["topP", 1.1],
    ["seed", 0.5],
    ["providerOptions", { acme: "low" }],
    ["headers", { "x-retries": 3 }],
    ["version", 2],
  ];

  test.each(wrong)("%s can't be %j", (option, value) => {
    let thrown: unknown;
    try {
      agent("critic", { ...good, [option]: value });
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidOptionError);
    expect(thrown).toMatchObject({ option: `${option} of agent "critic"`, received: value });
  });

  test("are looked into", () => {
    const cannot = (options: object): string => {
      try {
        agent("critic", { ...good, ...options });
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidOptionError);
        return (error as InvalidOptionError).option;
      }
      throw new Error("nothing was thrown");
    };
    expect(cannot({ repair: { deterministic: 1 } })).toBe('deterministic of agent "critic"');
    expect(cannot({ repair: { model: "nano" } })).toBe('repair model of agent "critic"');
    expect(cannot({ repair: { maxRepairs: 11 } })).toBe('maxRepairs of agent "critic"');
    expect(cannot({ repair: { temperature: -1 } })).toBe('temperature of repair of agent "critic"');
    expect(cannot({ repair: { rules: true } })).toBe('repair of agent "critic".rules');
    expect(cannot({ retry: { maxAttempts: 0 } })).toContain("maxAttempts");
    expect(cannot({ limits: {} })).toContain("limits");
    expect(cannot({ toolChoice: "required" })).toBe('toolChoice of agent "critic"');
  });

  test("that are not known are refused by name", () => {
    expect(() => agent("critic", { ...good, ...{ temprature: 1 } })).toThrow(
      /option of agent "critic" must be one of model, system, prompt, .*, but is "temprature"/,
    );
    expect(() => agent("critic", { ...good, ...{ toString: 1 } })).toThrow(InvalidOptionError);
  });

  test("must be there, as must a name", () => {
    expect(() => agent("critic", undefined as never)).toThrow(InvalidOptionError);
    for (const name of ["", " ", 7]) {
      expect(() => agent(name as string, { ...good, output: z.object({}) })).toThrow(InvalidOptionError);
    }
  });
});
