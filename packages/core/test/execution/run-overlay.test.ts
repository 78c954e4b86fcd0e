import { Flujo } from "@flujo/core";
import { branch, human, loop, map, parallel, pipeline, router, stateMachine, step } from "@flujo/dsl";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { build, shape } from "./random-pipeline.ts";

/** How many executions the records in a drawing stand for: `×3` for three, none for one. */
function executionsShown(mermaid: string): number {
  return mermaid
    .split("\n")
    .filter((line) => /\d ms|\d s\b/.test(line))
    .map((line) => Number(/×(\d+)/.exec(line)?.[1] ?? 1))
    .reduce((sum, times) => sum + times, 0);
}

test("what a run returns can be laid over its drawing: every recorded step is shown at its place, once", async () => {
  await fc.assert(
    fc.asyncProperty(shape, async (x) => {
      const pipeline = build(x, () => undefined);
      await using flujo = new Flujo(pipeline);
      const result = await flujo.run(1);
      expect(executionsShown(pipeline.toMermaid({ detail: "full", run: result }))).toBe(result.steps.length);
    }),
    { numRuns: 40 },
  );
});

test("loops, maps, routes, states, fallbacks, second attempts and open questions find their nodes", async () => {
  const add = (name: string) => step(name, (n: number) => n + 1);
  let attempts = 0;
  const graph = pipeline(
    "all",
    loop("refine", {
      body: add("draft").pipe(add("check")),
      until: (_, { iteration }) => iteration === 3,
      maxIterations: 3,
    }),
    pipeline(
      "twice",
      add("first"),
      step("second", (n: number) => {
        attempts++;
        if (attempts === 1) throw new Error("not yet");
        return n;
      }),
    ).withRetry({ maxAttempts: 2, initialDelayMs: 0 }),
    step("broken", (_: number): number => {
      throw new Error("no");
    }).withFallback(add("spare")),
    router("team", { select: (_: number) => ["legal"] as const, routes: { legal: add("read"), tone: add("hear") } }),
    step("list", ({ legal }: { legal?: number }) => [legal ?? 0, 1]),
    map("each", add("item")),
    step("sum", (all: number[]) => all.length),
    stateMachine("desk", {
      start: "draft",
      states: { draft: add("write"), done: add("print") },
      next: { draft: "done" },
      final: ["done"],
      maxHops: 3,
    }),
    parallel("both", {
      "a/b": add("one"),
      c: branch("kind", { on: (_: number) => "x" as const, cases: { x: add("two") } }),
    }),
    human("approve", { prompt: "?", schema: z.boolean() }),
  );
  await using flujo = new Flujo(graph);
  const run = await flujo.run(1);
  expect(run.status).toBe("paused");
  const text = graph.toMermaid({ detail: "full", run });
  expect(executionsShown(text)).toBe(run.steps.length);
  for (const shown of [
    /"draft<br\/>×3 /,
    /"first<br\/>×2 /,
    /"second<br\/>×2, 1 failed /,
    /"spare<br\/>\d/,
    /"read<br\/>\d/,
  ]) {
    expect(text).toMatch(shown);
  }
  for (const shown of [/"item<br\/>×2 /, /"print<br\/>\d/, /"two<br\/>\d/, /"approve<br\/>asks a person<br\/>waits"/]) {
    expect(text).toMatch(shown);
  }
  expect(text).toMatch(/"hear"/);
});

test("what the outermost pipeline's second attempt did is laid over the same nodes", async () => {
  let attempts = 0;
  const once = step("once", (n: number) => n);
  const flaky = step("flaky", (n: number) => {
    attempts++;
    if (attempts === 1) throw new Error("not yet");
    return n;
  });
  const graph = once.pipe(flaky).withRetry({ maxAttempts: 2, initialDelayMs: 0 });
  await using flujo = new Flujo(graph);
  const run = await flujo.run(1);
  const text = graph.toMermaid({ detail: "full", run });
  expect(text).toMatch(/"once<br\/>×2 /);
  expect(text).toMatch(/"flaky<br\/>×2, 1 failed /);
  expect(executionsShown(text)).toBe(run.steps.length);
});
