import { setTimeout as wait } from "node:timers/promises";
import { human, loop, map, parallel, pipeline, type StandardSchema, type Step, step, steps } from "@flujo/dsl";

interface Context {
  readonly closed: number[];
}

export const CONTEXT: Context = { closed: [] };

const answer: StandardSchema<{ readonly right: boolean }> = {
  "~standard": { version: 1, vendor: "test", validate: (value) => ({ value: value as { readonly right: boolean } }) },
};

/**
 * Loops in loops, branches side by side, a map, attempts that fail, usage and a question: some 70 leaves.
 *
 * @param onBegin - told the path of a leaf whenever its function begins
 */
export function longPipeline(onBegin: (path: string) => void): Step<number, number, Context> {
  const s = steps<{ closed: number[] }>();
  const work = (name: string): Step<number, number, { closed: number[] }> =>
    s
      .step(name, async (value: number, { path, attempt, reportUsage }) => {
        onBegin(path);
        await wait(value % 3);
        reportUsage({ costPico: BigInt(value + 1), inputTokens: 1, outputTokens: 2 });
        if (attempt === 1 && value % 5 === 0) throw new Error("not yet");
        return value + 1;
      })
      .withRetry({ maxAttempts: 2, initialDelayMs: 1 });
  const sum = (name: string): Step<Record<string, number> | number[], number> =>
    step(name, (all: Record<string, number> | number[]) => Object.values(all).reduce((a, b) => a + b, 0));
  const sides = pipeline("sides", parallel("both", { a: work("left"), b: work("right") }), sum("add"));
  const refine = loop("refine", {
    body: loop("inner", { body: sides, until: (_, { iteration }) => iteration >= 2, maxIterations: 2 }),
    until: (_, { iteration }) => iteration >= 3,
    maxIterations: 3,
  });
  const approve = human("approve", { prompt: (value: number) => `Is ${value} right?`, schema: answer });
  const close = s.step("close", async (value: number, { path, update }) => {
    onBegin(path);
    update((draft) => draft.closed.push(value));
    return value + 1;
  });
  return pipeline(
    "long",
    step("items", (from: number) => [from, from + 1, from + 2, from + 3]),
    map("pages", refine, { concurrency: 2 }),
    sum("total"),
    approve,
    step("begin again", ({ right }: { readonly right: boolean }) => (right ? 1 : 0)),
    loop("closing", { body: close, until: (_, { iteration }) => iteration >= 10, maxIterations: 10 }),
  ) as Step<number, number, Context>;
}
