import { branch, human, identity, loop, map, parallel, router, type Step, stateMachine } from "@flujo/dsl";
import {
  anything,
  type Effect,
  failing,
  firstOf,
  pays,
  type SceneContext,
  shared,
  soon,
  sum,
  untilAborted,
  work,
} from "./scene-steps.ts";

const { step } = shared;

/** A pipeline that any engine has to carry out alike, wherever it is cut off and gone on with. */
export interface Scene {
  readonly name: string;
  readonly build: (effect: Effect) => Step<number, unknown, SceneContext>;
  /** Answers to the questions that it asks, by path. */
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly budgetUsd?: number;
  readonly status: "completed" | "failed";
  /** What it gives for the input 1, or the code of the error that it fails with. */
  readonly outcome: unknown;
  /** Whether it depends on who is quicker how far the others get. */
  readonly isRace?: boolean;
}

export const SCENES: readonly Scene[] = [
  {
    name: "steps in sequence that change the context",
    build: (effect) => work("a", effect).pipe(work("b", effect)).pipe(work("c", effect)),
    status: "completed",
    outcome: 4,
  },
  {
    name: "branches side by side, of several steps each",
    build: (effect) =>
      parallel(
        "all",
        {
          left: work("l1", effect).pipe(work("l2", effect)),
          right: work("r1", effect).pipe(work("r2", effect)).pipe(work("r3", effect)),
          none: identity<number>(),
        },
        { merge: "lastBranchWins", concurrency: 2 },
      ).pipe(sum("sum")),
    status: "completed",
    outcome: 3 + 4 + 1,
  },
  {
    name: "branches that a function merges",
    build: (effect) =>
      parallel(
        "all",
        { left: work("left", effect), right: work("right", effect) },
        {
          merge: (_: SceneContext, branches: Readonly<Record<string, SceneContext>>) => ({
            seen: Object.values(branches).flatMap(({ seen }) => seen),
            total: Object.values(branches).reduce((total, context) => total + context.total, 0),
          }),
        },
      ).pipe(step("read", (_: { left: number; right: number }, { context }) => [...context.seen, context.total])),
    status: "completed",
    outcome: ["left", "right", 2],
  },
  {
    name: "items of a list, some at a time",
    build: (effect) =>
      step("list", (n: number) => [n, n + 1, n + 2, n + 3, n + 4]).pipe(
        map(
          "items",
          step("double", async (n: number, { idempotencyKey }) => {
            effect(idempotencyKey);
            await soon();
            return n * 2;
          }),
          { concurrency: 3 },
        ),
      ),
    status: "completed",
    outcome: [2, 4, 6, 8, 10],
  },
  {
    name: "a loop, with decisions that take their time",
    build: (effect) =>
      loop("again", {
        body: work("body", effect).pipe(work("more", effect)),
        until: async (n: number) => {
          await soon();
          return n > 6;
        },
        next: async (output: number) => {
          await soon();
          return output;
        },
        maxIterations: 10,
      }),
    status: "completed",
    outcome: 7,
  },
  {
    name: "branch, router and state machine",
    build: (effect) =>
      branch("which", {
        on: async (n: number) => (n > 0 ? "up" : "down"),
        cases: { up: work("up", effect), down: work("down", effect) },
        otherwise: work("neither", effect),
      })
        .pipe(
          router("team", {
            select: async () => ["b", "a"] as const,
            routes: { a: work("ra", effect), b: work("rb", effect), c: work("rc", effect) },
            merge: "lastBranchWins",
          }),
        )
        .pipe(sum("add"))
        .pipe(
          stateMachine("desk", {
            start: "draft",
            states: { draft: work("write", effect), review: work("read", effect), done: work("print", effect) },
            next: { draft: "review", review: async (n: number) => (n > 9 ? ("done" as const) : ("draft" as const)) },
            final: ["done"],
            maxHops: 20,
          }),
        ),
    status: "completed",
    outcome: 11,
  },
  {
    name: "a pipeline with a context of its own",
    build: (effect) =>
      shared
        .nested("inner", work("inside", effect).pipe(work("too", effect)), {
          into: ({ seen }) => ({ seen: [...seen], total: 10 }),
          back: (draft, inner) => {
            draft.total += inner.total;
          },
        })
        .pipe(step("read", (n: number, { context }) => [n, context.total])),
    status: "completed",
    outcome: [3, 12],
  },
  {
    name: "retries with waits, of a step and of a pipeline around one",
    build: (effect) =>
      failing("leaf", 2, effect)
        .withRetry({ maxAttempts: 4, initialDelayMs: 1 })
        .pipe(
          work("first", effect)
            .pipe(failing("second", 1, effect))
            .withRetry({ maxAttempts: 2, initialDelayMs: 1, maxElapsedMs: 60_000 }),
        ),
    status: "completed",
    outcome: 2,
  },
  {
    name: "fallbacks",
    build: (effect) =>
      failing("bad", 9, effect)
        .withFallback(work("stand-in", effect).pipe(work("more", effect)))
        .pipe(failing("worse", 9, effect).withRetry({ maxAttempts: 2, initialDelayMs: 1 }).withFallbackValue(40)),
    status: "completed",
    outcome: 40,
  },
  {
    name: "a failure",
    build: (effect) =>
      work("fine", effect)
        .pipe(failing("bad", 9, effect))
        .pipe(work("never", effect)),
    status: "failed",
    outcome: "step_failed",
  },
  {
    name: "a branch that fails and stops its siblings",
    build: (effect) =>
      parallel("all", {
        bad: failing("bad", 9, effect),
        long: step("long", (_: number, { signal }) => untilAborted(signal)),
        chain: work("one", effect).pipe(step("stuck", (_: number, { signal }) => untilAborted(signal))),
      }),
    status: "failed",
    isRace: true,
    outcome: "step_failed",
  },
  {
    name: "branches of which all results are collected",
    build: (effect) =>
      parallel("all", { bad: failing("bad", 9, effect), good: work("good", effect) }, { onFailure: "collect" }).pipe(
        step("count", (o: { bad: { status: string }; good: { status: string } }) => [o.bad.status, o.good.status]),
      ),
    status: "completed",
    outcome: ["rejected", "fulfilled"],
  },
  {
    name: "plugins that refuse, redirect and replace, of a step and of a pipeline",
    build: (effect) => {
      const archive = work("archive", effect).pipe(work("shelf", effect));
      return work("fetch", effect)
        .withPlugins({
          name: "elsewhere",
          redirects: [archive],
          validate: () => ({ success: false, feedback: "", redirectTo: archive }),
        })
        .pipe(
          work("draft", effect)
            .pipe(work("polish", effect))
            .withPlugins({ name: "replaces", validate: async (n: number) => ({ success: true, newSolution: n + 100 }) })
            .withProcessors({ prompt: async (n: number) => n + 10, output: async (n: number) => n + 1000 }),
        )
        .pipe(
          work("checked", effect)
            .withValidators({ name: "second", validate: async (_: number, { attempt }) => attempt > 1 || "once more" })
            .withRetry({ maxAttempts: 3, initialDelayMs: 1 }),
        );
    },
    status: "completed",
    outcome: 1 + 2 + 10 + 2 + 1000 + 100 + 1,
  },
  {
    name: "deadlines, of a step and of a pipeline",
    build: (effect) =>
      step("slow", (_: number, { signal }) => untilAborted(signal))
        .withTimeout(5)
        .withFallbackValue(7)
        .pipe(
          work("quick", effect)
            .pipe(step("stuck", (_: number, { signal }) => untilAborted(signal)))
            .withTimeout(5)
            .withFallbackValue(8),
        )
        .pipe(work("in time", effect).pipe(work("too", effect)).withTimeout(60_000)),
    status: "completed",
    outcome: 10,
  },
  {
    name: "several questions at once, in branches and items",
    build: (effect) =>
      parallel(
        "ask",
        {
          boss: work("draft", effect).pipe(human("boss", { prompt: (n: number) => `${n}?`, schema: anything })),
          each: step("list", (n: number) => [n, n + 1]).pipe(
            map("each", human("item", { prompt: async (n: number) => `item ${n}?`, schema: anything })),
          ),
        },
        { merge: "lastBranchWins" },
      ).pipe(step("gather", ({ boss, each }: { boss: unknown; each: unknown[] }) => [boss, ...each])),
    answers: { "ask[boss]/boss": "yes", "ask[each]/each@0/item": "one", "ask[each]/each@1/item": "two" },
    status: "completed",
    outcome: ["yes", "one", "two"],
  },
  {
    name: "a question whose time is over",
    build: () =>
      human("late", { prompt: "?", schema: anything, deadlineMs: 1, onDeadline: "nobody" }) as Step<
        number,
        unknown,
        SceneContext
      >,
    status: "completed",
    outcome: "nobody",
  },
  {
    name: "a step whose outcome is in the cache, twice at the same time",
    build: () => {
      const cached = step("cached", async (n: number) => {
        await soon();
        return n * 3;
      }).withCache({ ttlMs: 60_000, key: (n: number) => n });
      return parallel("all", { a: cached, b: cached.pipe(identity<number>()) }, { merge: "lastBranchWins" }).pipe(
        sum("sum"),
      );
    },
    status: "completed",
    outcome: 6,
  },
  {
    name: "lanes of which one is enough",
    build: () =>
      firstOf(
        "race",
        ["a", "b", "c"].map((name) => step(name, soon)),
      ),
    status: "completed",
    isRace: true,
    outcome: 1,
  },
  {
    name: "a budget that is kept",
    build: (effect) => parallel("all", { a: pays("a", effect), b: pays("b", effect) }).pipe(sum("sum")),
    budgetUsd: 1,
    status: "completed",
    outcome: 4,
  },
  {
    name: "a budget that is passed",
    build: (effect) =>
      work("free", effect).pipe(pays("dear", effect)).pipe(pays("dearer", effect)).pipe(work("never", effect)),
    budgetUsd: 0.15,
    status: "failed",
    outcome: "usage_limit_exceeded",
  },
];
