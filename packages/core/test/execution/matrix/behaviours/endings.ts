import { expect } from "vitest";
import type { Behaviour } from "../cell.ts";
import { drivesOf, hookCallsOf } from "../history.ts";
import type { Scene } from "../scene.ts";
import { completedBy, expectToStand, failing, oneCall, usual } from "./terms.ts";

/** How a step ends by itself, and who is told. */
export const ENDINGS: readonly Behaviour[] = [
  {
    name: "completes, and is told, recorded, booked and noted in order",
    cell: (kind) => ({
      history: (scene) => scene.completed(scene.attempt("done")),
      result: completedBy(usual(kind)),
      notes: (scene) => scene.notes,
      calls: oneCall,
      also: (stage) => expectToStand(stage, "completed"),
    }),
  },
  {
    name: "fails with the error of its work, and that stands",
    cell: () => ({
      work: failing(1),
      history: (scene) => scene.stopped(scene.attempt("failed"), "failed"),
      result: (scene) => ({
        status: "failed",
        error: {
          code: "step_failed",
          category: "unknown",
          message: "call 1",
          path: scene.workPath(),
          cause: new Error("call 1"),
        },
      }),
      notes: (scene) => scene.keptNotes,
      calls: oneCall,
      also: (stage) => expectToStand(stage, "failed"),
    }),
  },
  {
    name: "has hooks called one after another at every turn, nested ones included, each waited for",
    cell: (kind) => {
      const log: string[] = [];
      const hook = (name: string) => {
        const say = async (line: string): Promise<void> => {
          log.push(`${name} ${line}`);
          await new Promise((resolve) => setImmediate(resolve));
          log.push(`${name} done`);
        };
        return {
          onStepStart: ({ path }: { readonly path: string }) => say(`start ${path}`),
          onStepEnd: ({ path }: { readonly path: string }) => say(`end ${path}`),
        };
      };
      const history = (scene: Scene) => scene.completed(scene.attempt("done"));
      return {
        options: { hooks: [hook("first"), hook("second")] },
        history,
        result: completedBy(usual(kind)),
        notes: (scene) => scene.notes,
        calls: oneCall,
        also: (_stage, _result, scene) => {
          const turns = drivesOf(history(scene)).flatMap(hookCallsOf);
          expect(log).toEqual(
            turns.flatMap((turn) => [`first ${turn}`, "first done", `second ${turn}`, "second done"]),
          );
        },
      };
    },
  },
];
