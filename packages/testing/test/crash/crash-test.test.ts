import { human, loop, map, parallel, pipeline, type Step, step, steps } from "@flujo/dsl";
import { crashTest, type Effects } from "@flujo/testing";
import { expect, test } from "vitest";
import { z } from "zod";

interface Context {
  readonly closed: number[];
}

function rich(effects: Effects): Step<number, number, Context> {
  const s = steps<{ closed: number[] }>();
  const work = (name: string): Step<number, number, { closed: number[] }> =>
    s
      .step(name, async (value: number, scope) => {
        effects.record(scope, "work");
        scope.reportUsage({ costPico: BigInt(value + 1), inputTokens: 1, outputTokens: 2 });
        if (scope.attempt === 1 && value % 4 === 0) throw new Error("not yet");
        return value + 1;
      })
      .withRetry({ maxAttempts: 2, initialDelayMs: 1 });
  const sum = (name: string): Step<Record<string, number> | number[], number> =>
    step(name, (all: Record<string, number> | number[]) => Object.values(all).reduce((a, b) => a + b, 0));
  const both = pipeline("both", parallel("sides", { a: work("left"), b: work("right") }), sum("add"));
  const refine = loop("refine", { body: both, until: (_, { iteration }) => iteration >= 2, maxIterations: 2 });
  const approve = human("approve", { prompt: "Right?", schema: z.object({ right: z.boolean() }) });
  const close = s.step("close", (value: number, { update }) => {
    update((draft) => draft.closed.push(value));
    return value + 1;
  });
  return pipeline(
    "rich",
    step("items", (from: number) => [from, from + 1]),
    map("pages", refine, { concurrency: 2 }),
    sum("total"),
    approve,
    step("begin again", ({ right }: { right: boolean }) => (right ? 1 : 0)),
    loop("closing", { body: close, until: (_, { iteration }) => iteration >= 3, maxIterations: 3 }),
  ) as Step<number, number, Context>;
}

test("finds nothing wrong with a pipeline that holds what is promised", async () => {
  const report = await crashTest(rich, {
    input: 0,
    context: { closed: [] },
    answers: { approve: { right: true } },
    seed: 1,
  });
  expect(report).toMatchObject({ pipeline: "rich", seed: 1, findings: [] });
});
