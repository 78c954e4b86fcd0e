import { Flujo } from "@flujo/core";
import type { AnyStep, Step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type AgentOptions, agent, StructuredOutputError } from "../../src/index.ts";
import { ModelOfV4 } from "../support/models.ts";

const Critique = z.object({ score: z.number(), mood: z.enum(["calm", "angry"]) });

/** Beyond rules: what is meant is plain, but not how. */
const BROKEN = "The score is 3 and the mood was calm.";

const FIXED = '{"score":3,"mood":"calm"}';

/** Answers in order; keeps to the last. */
function says(...answers: (string | Error)[]): ModelOfV4 {
  const model: ModelOfV4 = new ModelOfV4(() => {
    const answer = answers[Math.min(model.asked.length, answers.length) - 1];
    if (answer instanceof Error) throw answer;
    return { content: [{ type: "text", text: answer ?? "" }] };
  });
  return model;
}

function critic(model: ModelOfV4, repair: AgentOptions<string, unknown>["repair"] = {}) {
  return agent("critic", { model, prompt: (draft: string) => `Review: ${draft}`, output: Critique, repair });
}

async function run(step: AnyStep) {
  await using flujo = new Flujo(step as Step<unknown, unknown>);
  const handle = flujo.start("draft");
  const purposes: (string | undefined)[] = [];
  for await (const event of handle) if (event.type === "step-usage") purposes.push(event.report.purpose);
  return { result: await handle.result, purposes };
}

describe("an answer that rules can't mend", () => {
  test("goes to the model that repairs, in a step of its own, and is taken if nothing in it is invented", async () => {
    const model = says(BROKEN);
    const fixer = says(FIXED);
    const { result, purposes } = await run(critic(model, { model: fixer }));
    expect(result).toMatchObject({ status: "completed", output: { score: 3, mood: "calm" } });
    expect(result.steps.map(({ path }) => path)).toEqual(["critic#1/model", "critic#1/repair", "critic"]);
    expect(purposes).toEqual(["step", "repair"]);
    expect(model.asked).toHaveLength(1);
    expect(fixer.asked[0]).not.toHaveProperty("temperature");
    expect(JSON.stringify(fixer.asked[0]?.prompt)).toContain(BROKEN);
  });

  test("goes to the model that repairs at the temperature that is said", async () => {
    const fixer = says(FIXED);
    const { result } = await run(critic(says(BROKEN), { model: fixer, temperature: 0 }));
    expect(result).toMatchObject({ status: "completed" });
    expect(fixer.asked[0]).toMatchObject({ temperature: 0 });
  });

  test("is asked for again, with the issues, if what it is repaired to is invented", async () => {
    const model = says(BROKEN, FIXED);
    const fixer = says('{"score":4,"mood":"angry"}');
    const { result, purposes } = await run(critic(model, { model: fixer, maxRepairs: 2 }));
    expect(result).toMatchObject({ status: "completed", output: { score: 3, mood: "calm" } });
    // The fixer that repeats itself is not asked a third time.
    expect(purposes).toEqual(["step", "repair", "repair", "re-ask"]);
    const [, again] = model.asked;
    expect(again?.prompt.slice(0, -1)).toEqual([
      { role: "user", content: [{ type: "text", text: "Review: draft" }] },
      { role: "assistant", content: [{ type: "text", text: BROKEN }] },
    ]);
    expect(JSON.stringify(again?.prompt.at(-1))).toContain("it is not JSON");
    expect(again?.responseFormat).toEqual(model.asked[0]?.responseFormat);
    expect(result.steps.map(({ path }) => path)).toContain("critic/re-ask");
  });

  test("is asked for again if the model that repairs fails", async () => {
    const { result } = await run(critic(says(BROKEN, FIXED), { model: says(new Error("down")) }));
    expect(result).toMatchObject({ status: "completed", output: { score: 3, mood: "calm" } });
  });

  test("may be mended by rules the second time", async () => {
    const { result } = await run(critic(says(BROKEN, "{score: '3', mood: 'calm',}")));
    expect(result).toMatchObject({ status: "completed", output: { score: 3, mood: "calm" } });
  });

  test("is a StructuredOutputError if asking again does not help, with the last text and what all calls used", async () => {
    const fixer = says("No idea.");
    const { result } = await run(critic(says(BROKEN, "Still 3, still calm."), { model: fixer }));
    const error = result.status === "failed" ? result.error : undefined;
    expect(error).toBeInstanceOf(StructuredOutputError);
    expect(error).toMatchObject({ path: "critic", text: "Still 3, still calm.", retryable: true });
    expect((error as StructuredOutputError).usage).toMatchObject([
      { purpose: "step", inputTokens: 12 },
      { purpose: "repair", inputTokens: 12 },
      { purpose: "re-ask", inputTokens: 12 },
    ]);
    expect(result.usage.requests).toBe(3);
  });

  test("is one with the reason, if asking again fails", async () => {
    const busy = Object.assign(new Error("busy"), { statusCode: 429, responseHeaders: { "retry-after": "3" } });
    const { result } = await run(critic(says(BROKEN, busy)));
    expect(result).toMatchObject({
      status: "failed",
      error: { code: "structured_output", text: BROKEN, retryAfterMs: 3_000, cause: { code: "model_call_failed" } },
    });
  });

  test("is one at once, if nothing else is to be done", async () => {
    const model = says(BROKEN);
    const { result } = await run(critic(model, { reAsk: false }));
    expect(result).toMatchObject({ status: "failed", error: { code: "structured_output", text: BROKEN } });
    expect(model.asked).toHaveLength(1);
  });
});

test("what an attempt was refused for is told to the next, unless the prompt looks at it", async () => {
  const strict = {
    name: "strict",
    validate: (output: unknown) =>
      output === "Better." ? ({ success: true } as const) : ({ success: false, feedback: "too short" } as const),
  };
  const plain = says("Fine.", "Better.");
  await run(agent("critic", { model: plain, prompt: "Well?" }).withPlugins(strict).withRetry({ initialDelayMs: 0 }));
  expect(plain.asked[1]?.prompt).toEqual([
    { role: "user", content: [{ type: "text", text: "Well?" }] },
    { role: "user", content: [{ type: "text", text: expect.stringContaining("too short") }] },
  ]);
  const looking = says("Fine.", "Better.");
  const prompt = (_draft: string, scope: { feedback: string | undefined; attempt: number; path: string }) =>
    `${scope.path} ${scope.attempt}: ${scope.feedback?.includes("too short")}`;
  await run(agent("critic", { model: looking, prompt }).withPlugins(strict).withRetry({ initialDelayMs: 0 }));
  expect(looking.asked.map(({ prompt }) => prompt)).toMatchObject([
    [{ content: [{ text: "critic 1: undefined" }] }],
    [{ content: [{ text: "critic 2: true" }] }],
  ]);
});
