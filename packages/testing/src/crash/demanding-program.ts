import { setTimeout as wait } from "node:timers/promises";
import type { StateBackend } from "@flujo/core/protocols";
import { human, loop, map, parallel, pipeline, type StandardSchema, type Step, step, steps } from "@flujo/dsl";
import type { CrashProgram } from "./crash-program.ts";
import type { Effects } from "./effects.ts";

/** The context of the demanding program. */
export interface Books {
  readonly left: number;
  readonly right: number;
  readonly closed: readonly number[];
}

/** Its context while a step changes it. */
type OpenBooks = { left: number; right: number; closed: number[] };

/** What people say in it. */
interface Approval {
  readonly right: boolean;
}

const BEGINNING: Books = { left: 0, right: 0, closed: [] };
const ITEMS = 3;
const ROUNDS = 8;

/**
 * A program that asks much of a store: loops in maps and loops in loops, parallel branches that change the context, retries with
 * waits, questions in items and in between, budgets, usage. Some 100 leaves, each of which writes down its effect.
 *
 * @param open - opens the store that is to be tried
 */
export function demandingProgram(
  open: (folder: string) => StateBackend | Promise<StateBackend>,
): CrashProgram<number, number, Books> {
  return {
    pipeline: demandingPipeline,
    input: 0,
    context: BEGINNING,
    budget: { costUsd: 1, totalTokens: 100_000 },
    answers: ({ path }) => ({ right: path.length > 0 }) satisfies Approval,
    open,
  };
}

function demandingPipeline(effects: Effects): Step<number, number, Books> {
  const s = steps<OpenBooks>();
  const work = (name: string, side?: "left" | "right"): Step<number, number, OpenBooks> =>
    s
      .step(name, async (value: number, scope) => {
        effects.record(scope, `${value}`);
        await wait(value % 3);
        scope.reportUsage({ costPico: BigInt(value + 1), inputTokens: 1, outputTokens: 2 });
        if (side !== undefined) {
          scope.update((books) => {
            books[side] += value;
          });
        }
        if (scope.attempt === 1 && value % 4 === 0) throw new Error("not yet");
        return value + 1;
      })
      .withRetry({ maxAttempts: 2, initialDelayMs: 4 });
  const sum = (name: string): Step<Record<string, number> | number[], number> =>
    step(name, (all: Record<string, number> | number[]) => Object.values(all).reduce((a, b) => a + b, 0));
  const sides = pipeline(
    "sides",
    parallel("both", { left: work("a", "left"), right: work("b", "right").pipe(work("c")) }),
    sum("add"),
  );
  const inner = loop("inner", { body: sides, until: (_, { iteration }) => iteration >= 2, maxIterations: 2 });
  const refine = loop("refine", { body: inner, until: (_, { iteration }) => iteration >= 2, maxIterations: 2 });
  const approve = human("approve", { prompt: (value: number) => `Is ${value} right?`, schema: approval });
  const take = step("take", ({ right }: Approval) => (right ? 1 : 0));
  const page = pipeline(
    "page",
    parallel("checked", { value: refine.withBudget({ costUsd: 0.5 }), said: approve.pipe(take) }),
    sum("both"),
  );
  const close = s.step("close", (value: number, scope) => {
    effects.record(scope, `${value}`);
    scope.update((books) => books.closed.push(value));
    return value + 1;
  });
  return pipeline(
    "demanding",
    step("items", (from: number) => Array.from({ length: ITEMS }, (_, index) => from + index)),
    map("pages", page, { concurrency: 2, merge: "lastBranchWins" }),
    sum("total"),
    human("release", { prompt: "Go on?", schema: approval }),
    take,
    loop("closing", { body: close, until: (_, { iteration }) => iteration >= ROUNDS, maxIterations: ROUNDS }),
  ) as Step<number, number, Books>;
}

const approval: StandardSchema<Approval> = {
  "~standard": {
    version: 1,
    vendor: "flujo",
    validate: (value) =>
      typeof (value as Partial<Approval> | null)?.right === "boolean"
        ? { value: value as Approval }
        : { issues: [{ message: "expected { right: boolean }" }] },
  },
};
