import { CircuitBreakers, GracefulDegradation } from "@flujo/core/protocols";
import { expect } from "vitest";
import { type Behaviour, RUN } from "../cell.ts";
import { HeldClock } from "../held-clock.ts";
import { end, ended, givingWay, omitted, retry, start } from "../history.ts";
import { noted } from "../scene.ts";
import { endless, Work } from "../work.ts";
import { completedBy, failing, ONCE_MORE, spare, usual } from "./terms.ts";

/** What policies make of a step's work: when it is done again, when something else is, when nothing is. */
export const POLICIES: readonly Behaviour[] = [
  {
    name: "is tried again as a whole, apart from what failed attempts did, and each is paid for",
    cell: (kind) => ({
      policies: (subject) => subject.withRetry({ maxAttempts: 3, initialDelayMs: 0 }),
      work: failing(2),
      history: (scene) =>
        scene.completed(
          [
            ...scene.attempt("failed", 1),
            retry(scene.path, 1),
            ...scene.attempt("failed", 2),
            retry(scene.path, 2),
            ...scene.attempt("done", 3),
          ],
          3,
        ),
      result: completedBy(usual(kind)),
      notes: (scene) => scene.notes,
      calls: (scene) =>
        [1, 2, 3].map((attempt) => ({
          path: scene.workPath(attempt),
          input: 1,
          attempt: kind.leaf && !kind.asks ? attempt : 1,
          feedback: undefined,
        })),
    }),
  },
  {
    name: "fails at its deadline in every attempt, its work aborted",
    cell: () => {
      const clock = new HeldClock();
      let aborted = 0;
      return {
        policies: (subject) => subject.withTimeout(50).withRetry(ONCE_MORE),
        work: new Work((call, scope) => {
          scope.signal.addEventListener("abort", () => aborted++);
          setImmediate(() => {
            clock.pass(50);
          });
          return endless(call, scope);
        }),
        options: { modules: [clock.module] },
        history: (scene) =>
          scene.stopped(
            [
              ...ended(scene.attempt("at work", 1), "cancelled"),
              retry(scene.path, 1),
              ...ended(scene.attempt("at work", 2), "cancelled"),
            ],
            "failed",
            2,
          ),
        result: (scene) => ({
          status: "failed",
          error: { code: "step_timeout", category: "timeout", path: scene.path },
        }),
        notes: () => ({}),
        calls: (scene) => [1, 2].map((attempt) => ({ path: scene.workPath(attempt), input: 1 })),
        also: () => {
          expect(aborted).toBe(2);
        },
      };
    },
  },
  {
    name: "gives way to its fallback after all its attempts, which takes the original input",
    cell: (kind) => ({
      policies: (subject) => subject.withRetry(ONCE_MORE).withFallback(spare),
      work: failing(2),
      history: (scene) =>
        scene.completed(
          [
            ...scene.attempt("failed", 1),
            retry(scene.path, 1),
            ...scene.attempt("failed", 2),
            givingWay(scene.path, 2),
            start(`${scene.path}!fallback/spare`),
            end(`${scene.path}!fallback/spare`),
          ],
          2,
        ),
      result: completedBy({ spare: kind.given(1) }),
      notes: () => noted("spare"),
      calls: (scene) => [1, 2].map((attempt) => ({ path: scene.workPath(attempt), input: 1 })),
    }),
  },
  {
    name: "takes what was cached for its own: its output and its context changes, at no cost",
    cell: (kind) => ({
      policies: (subject) => subject.withCache(),
      play: async (stage, input) => {
        const first = await stage.play(input, "earlier");
        expect(first).toMatchObject({ status: "completed", output: usual(kind) });
        expect(stage.calls).toHaveLength(1);
        stage.forget();
        return stage.play(input, RUN);
      },
      history: (scene) => scene.completed([], 0),
      result: completedBy(usual(kind)),
      notes: (scene) => scene.notes,
      calls: () => [],
    }),
  },
  {
    name: "is refused by an open circuit breaker before anything of it is done, and let through by a closed one",
    cell: (kind) => ({
      policies: (subject) => subject.withCircuitBreaker({ resource: "api" }),
      play: async (stage, input) => {
        const breaker = stage.flujo.container.resolve<CircuitBreakers>(CircuitBreakers).get("api");
        breaker.force("open");
        const result = await stage.play(input, RUN);
        breaker.release();
        return result;
      },
      history: (scene) => scene.stopped([], "failed"),
      result: (scene) => ({
        status: "failed",
        error: { code: "circuit_open", retryable: true, resource: "api", path: scene.path },
      }),
      notes: () => ({}),
      calls: () => [],
      also: async (stage) => {
        expect(await stage.play(stage.input, "other")).toMatchObject(completedBy(usual(kind))());
        expect(stage.calls).toHaveLength(1);
      },
    }),
  },
  {
    name: "is left out under load if it is optional, for good in that run and in no other",
    cell: (kind) => ({
      policies: (subject) => subject.asOptional(99),
      play: async (stage, input) => {
        const load = stage.flujo.container.resolve<GracefulDegradation>(GracefulDegradation);
        load.force("moderate");
        const result = await stage.play(input, RUN);
        load.release();
        return result;
      },
      undetailed: true,
      history: (scene) => scene.completed([omitted(scene.path)], 0),
      result: () => ({ status: "completed", output: 99, degraded: true }),
      notes: () => ({}),
      calls: () => [],
      also: async (stage) => {
        const again = await stage.flujo.run(stage.input, { runId: RUN });
        expect(again).toMatchObject({ status: "completed", output: 99, degraded: true });
        stage.forget();
        const other = await stage.play(stage.input, "other");
        expect(other).toMatchObject(completedBy(usual(kind))());
        expect(stage.calls).toHaveLength(1);
      },
    }),
  },
];
