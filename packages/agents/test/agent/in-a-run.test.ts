import { Flujo } from "@flujo/core";
import { step } from "@flujo/dsl";
import { expect, test } from "vitest";
import { z } from "zod";
import { agent, agents, StructuredOutputError } from "../../src/index.ts";
import { ModelOfV2, ModelOfV3, ModelOfV4, UNKNOWN_USAGE } from "../support/models.ts";

const Critique = z.object({ score: z.number() });
const trim = step("trim", (text: string) => text.trim());

test("an agent takes what the step before gives, and hands on what its schema makes", async () => {
  const model = new ModelOfV4('{"score":3}');
  const critic = agent("critic", { model, prompt: (draft: string) => `Review: ${draft}`, output: Critique });
  const double = step("double", ({ score }: z.infer<typeof Critique>) => score * 2);
  await using flujo = new Flujo(trim.pipe(critic).pipe(double));
  const result = await flujo.run("  Once upon a time ");
  expect(result).toMatchObject({ status: "completed", output: 6 });
  expect(model.asked[0]?.prompt).toEqual([
    { role: "user", content: [{ type: "text", text: "Review: Once upon a time" }] },
  ]);
});

test("an attempt that failed is booked like the one that did not, once each", async () => {
  const answers = ["no JSON", '{"score":3}'];
  const model = new ModelOfV4(() => ({ content: [{ type: "text", text: answers.shift() ?? "" }] }));
  const critic = agent("critic", { model, prompt: "?", output: Critique }).withRetry({
    maxAttempts: 2,
    initialDelayMs: 0,
  });
  await using flujo = new Flujo(critic);
  const result = await flujo.run("draft");
  expect(result).toMatchObject({ status: "completed", output: { score: 3 } });
  expect(result.usage).toMatchObject({
    requests: 2,
    inputTokens: 24,
    outputTokens: 14,
    cachedInputTokens: 8,
    reasoningTokens: 4,
  });
  expect(result.usage.costUsd).toBeUndefined();
});

test("usage that one model does not tell leaves the run's unknown, with what is known beside it", async () => {
  const silent = new ModelOfV4({ content: [{ type: "text", text: "Fine." }], usage: UNKNOWN_USAGE });
  const chain = agent("older", { model: new ModelOfV3("A."), prompt: "?" })
    .pipe(agent("oldest", { model: new ModelOfV2("B."), prompt: "?" }))
    .pipe(agent("silent", { model: silent, prompt: "?" }));
  await using flujo = new Flujo(chain);
  const { usage } = await flujo.run("draft");
  expect(usage).toMatchObject({ requests: 3, inputTokens: undefined, known: { inputTokens: 24, outputTokens: 14 } });
});

test("an answer that never fits fails the run with a StructuredOutputError at the agent's path", async () => {
  const critic = agent("critic", { model: new ModelOfV4("no JSON"), prompt: "?", output: Critique });
  await using flujo = new Flujo(trim.pipe(critic));
  const result = await flujo.run("draft");
  expect(result).toMatchObject({
    status: "failed",
    error: { code: "structured_output", path: "critic", text: "no JSON" },
  });
  expect(result.status === "failed" && result.error).toBeInstanceOf(StructuredOutputError);
});

test("a cancelled run aborts the call", async () => {
  const controller = new AbortController();
  const model = new ModelOfV4(
    () =>
      new Promise((_, reject) => {
        const { abortSignal } = model.asked[0] ?? {};
        abortSignal?.addEventListener("abort", () => reject(new Error("socket hang up")));
        controller.abort("enough");
      }),
  );
  await using flujo = new Flujo(agent("critic", { model, prompt: "?" }));
  const result = await flujo.run("draft", { signal: controller.signal });
  expect(result).toMatchObject({ status: "cancelled", reason: "enough" });
});

test("a timeout aborts the call", async () => {
  let aborted: unknown;
  const model = new ModelOfV4(
    () =>
      new Promise((_, reject) => {
        const { abortSignal } = model.asked[0] ?? {};
        abortSignal?.addEventListener("abort", () => {
          aborted = abortSignal.reason;
          reject(new Error("socket hang up"));
        });
      }),
  );
  await using flujo = new Flujo(agent("critic", { model, prompt: "?" }).withTimeout(20));
  const result = await flujo.run("draft");
  expect(result).toMatchObject({ status: "failed", error: { code: "step_timeout" } });
  expect(aborted).toBeDefined();
});

test("the context of a run reaches the prompt", async () => {
  const model = new ModelOfV4("Fine.");
  const critic = agents<{ tone: string }>().agent("critic", {
    model,
    system: (_draft, { context }) => `Your tone is ${context.tone}.`,
    prompt: (draft: string) => draft,
  });
  await using flujo = new Flujo(critic, { context: { tone: "dry" } });
  await flujo.run("draft");
  expect(model.asked[0]?.prompt[0]).toEqual({ role: "system", content: "Your tone is dry." });
});
