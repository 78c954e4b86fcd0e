import { AbortRunError } from "@flujo/core/protocols";
import { expect } from "vitest";
import { type Behaviour, type Cell, RUN } from "../cell.ts";
import { end, interruption, pause, retry } from "../history.ts";
import type { Kind } from "../kinds.ts";
import type { Scene } from "../scene.ts";
import { endless, one, Work } from "../work.ts";
import { completedBy, expectToStand, ONCE_MORE, oneCall, recovering, usual } from "./terms.ts";

const usesNothing = ({ asks }: Kind): string | undefined =>
  asks ? "a question uses nothing, so it can't pass a budget" : undefined;

/** Whatever is at work is stopped, and nothing gets over that. */
const stoppedAtWork = (scene: Scene) => scene.stopped(scene.attempt("at work"), "cancelled");

/** What ends a run, or a drive of it, from within or from outside. */
export const STOPS: readonly Behaviour[] = [
  {
    name: "is stopped when the run's budget is passed, past its retries and its fallback",
    senseless: usesNothing,
    cell: () => ({
      policies: recovering,
      work: new Work(endless),
      options: { budget: { costUsd: 0.005 } },
      history: stoppedAtWork,
      result: () => ({
        status: "failed",
        error: {
          code: "usage_limit_exceeded",
          category: "budget",
          breach: { scope: "", limit: "costUsd", allowed: 0.005, used: 0.01 },
        },
      }),
      notes: () => ({}),
      calls: oneCall,
      also: (stage) => expectToStand(stage, "failed"),
    }),
  },
  {
    name: "is stopped when its own budget is passed, and the run with it",
    senseless: usesNothing,
    cell: () => ({
      policies: (subject) => recovering(subject).withBudget({ totalTokens: 2 }),
      work: new Work(endless),
      history: stoppedAtWork,
      result: (scene) => ({
        status: "failed",
        error: {
          code: "usage_limit_exceeded",
          breach: { scope: scene.path, limit: "totalTokens", allowed: 2, used: 3 },
        },
      }),
      notes: () => ({}),
      calls: oneCall,
      also: (stage) => expectToStand(stage, "failed"),
    }),
  },
  {
    name: "is cancelled with the run, its work aborted, past its retries and its fallback",
    cell: () => {
      const controller = new AbortController();
      return {
        policies: recovering,
        work: new Work((call, scope) => {
          controller.abort("enough");
          return endless(call, scope);
        }),
        play: (stage, input) => stage.only((flujo) => flujo.run(input, { runId: RUN, signal: controller.signal })),
        history: stoppedAtWork,
        result: () => ({ status: "cancelled", reason: "enough" }),
        notes: () => ({}),
        calls: oneCall,
        also: (stage) => expectToStand(stage, "cancelled"),
      };
    },
  },
  {
    name: "is stopped by an AbortRunError of its work, past its retries and its fallback",
    cell: () => ({
      policies: recovering,
      work: new Work(() => {
        throw new AbortRunError("enough");
      }),
      history: stoppedAtWork,
      result: () => ({ status: "cancelled", reason: { code: "run_aborted", message: "enough" } }),
      notes: () => ({}),
      calls: oneCall,
      also: (stage) => expectToStand(stage, "cancelled"),
    }),
  },
  {
    name: "is stopped by an AbortRunError of a hook before its work begins, and all that began is told to have ended",
    cell: (kind) => ({
      policies: recovering,
      options: {
        hooks: [
          {
            onStepStart: ({ step }) => {
              // A chain is called what its only step is.
              if (step.name === (kind.leaf ? "it" : "work") && step.kind !== "pipeline")
                throw new AbortRunError("not today");
            },
          },
        ],
      },
      history: (scene) => {
        if (kind.leaf) return scene.stopped([], "cancelled", 0);
        return scene.stopped([...scene.attempt("at work"), end(scene.workPath(), "cancelled", 0)], "cancelled");
      },
      result: () => ({ status: "cancelled", reason: { code: "run_aborted", message: "not today" } }),
      notes: () => ({}),
      calls: () => [],
      also: (stage) => expectToStand(stage, "cancelled"),
    }),
  },
  {
    name: "waits where its work asks a person, as often as it is driven, and goes on there with the answer",
    senseless: ({ name }) => (name === "step" ? "a function asks nobody; a question has its own row" : undefined),
    cell: (kind) => ({
      asks: true,
      play: async (stage, input) => {
        const scene = stage.scene;
        const first = await stage.only((flujo) => flujo.run(input, { runId: RUN }));
        expect(first).toMatchObject({ status: "paused", awaiting: [{ path: scene.workPath(), prompt: "1?" }] });
        expect(first.context).toEqual({ notes: scene.notesAtPause });
        const second = await stage.only((flujo) => flujo.resume(RUN));
        expect(second).toMatchObject({ status: "paused", awaiting: (first as { awaiting?: unknown }).awaiting });
        const wrong = stage.flujo.resume(RUN, { signals: { [scene.workPath()]: "two" } });
        await expect(wrong).rejects.toMatchObject({ code: "signal_refused" });
        return stage.only((flujo) => flujo.resume(RUN, { signals: { [scene.workPath()]: 2 } }));
      },
      history: (scene) =>
        scene.completed(scene.attempt("done").flatMap((mark) => (mark === pause ? [pause, pause] : [mark]))),
      result: completedBy(usual(kind)),
      notes: (scene) => scene.notes,
      calls: (scene) => [{ path: scene.workPath(), input: 1 }],
    }),
  },
  {
    name: "goes on where it was interrupted, doing nothing again that had settled",
    cell: (kind) => ({
      ...interruptedIn(1),
      history: (scene) => {
        const atWork = scene.attempt("at work");
        return scene.completed([...atWork, interruption, ...scene.attempt("done").slice(atWork.length)]);
      },
      result: completedBy(usual(kind)),
      notes: (scene) => scene.notes,
      calls: (scene) => [...oneCall(scene), ...oneCall(scene)],
    }),
  },
  {
    name: "goes on with the attempt in which it was interrupted, and what those before used counts",
    cell: (kind) => ({
      ...interruptedIn(2),
      policies: (subject) => subject.withRetry(ONCE_MORE),
      history: (scene) => {
        const atWork = scene.attempt("at work", 2);
        return scene.completed(
          [
            ...scene.attempt("failed", 1),
            retry(scene.path, 1),
            ...atWork,
            interruption,
            ...scene.attempt("done", 2).slice(atWork.length),
          ],
          2,
        );
      },
      result: completedBy(usual(kind)),
      notes: (scene) => scene.notes,
      calls: (scene) => [1, 2, 2].map((attempt) => ({ path: scene.workPath(attempt), input: 1 })),
    }),
  },
];

/** A run whose work fails until the call in which the run is interrupted, and then does well. */
function interruptedIn(interrupted: number): Pick<Cell, "work" | "play" | "also"> {
  const keys = new Set<unknown>();
  let interrupt = (): void => undefined;
  const work: Work = new Work(
    (call, scope) => {
      const calls = work.calls.length;
      if (calls < interrupted) throw new Error("not yet");
      keys.add(scope.idempotencyKey);
      if (calls > interrupted) return one(call, scope);
      interrupt();
      return endless(call, scope);
    },
    // What a call that was cut off had reported is not recorded, like all else that it did.
    { unpaid: interrupted },
  );
  return {
    work,
    play: async (stage, input) => {
      const drive = await stage.drive((flujo) => {
        const handle = flujo.start(input, { runId: RUN });
        interrupt = () => {
          handle.interrupt();
        };
        return handle.result;
      });
      expect(drive).toBeUndefined();
      return stage.play(input, RUN);
    },
    also: () => {
      expect(keys.size).toBe(1);
    },
  };
}
