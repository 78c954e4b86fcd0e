import { expect } from "vitest";
import type { Behaviour } from "../cell.ts";
import { end, retry, start } from "../history.ts";
import { Work } from "../work.ts";
import { completedBy, ONCE_MORE, oneCall, spare, usual } from "./terms.ts";

/** What becomes of what a step is given, and of what it gives, on the way. */
export const EXAMINATIONS: readonly Behaviour[] = [
  {
    name: "hands its input to where a plugin redirects it",
    cell: (kind) => {
      const seen: unknown[] = [];
      return {
        policies: (subject) =>
          subject.withPlugins({
            name: "away",
            validate: (output) => (seen.push(output), { success: false, redirectTo: spare }),
          }),
        history: (scene) =>
          scene.completed([
            ...scene.attempt("done"),
            start(`${scene.path}!redirect/spare`),
            end(`${scene.path}!redirect/spare`),
          ]),
        result: completedBy({ spare: kind.given(1) }),
        notes: (scene) => ({ ...scene.notes, spare: 1 }),
        calls: oneCall,
        also: () => {
          expect(seen).toEqual([usual(kind)]);
        },
      };
    },
  },
  {
    name: "gives what a plugin puts in its output's place, which later plugins see",
    cell: (kind) => {
      const seen: unknown[] = [];
      return {
        policies: (subject) =>
          subject.withPlugins(
            {
              name: "mend",
              validate: (output) => (seen.push(output), { success: false, feedback: "no", newSolution: "mended" }),
            },
            { name: "look", validate: (output) => (seen.push(output), { success: true }) },
          ),
        history: (scene) => scene.completed(scene.attempt("done")),
        result: completedBy("mended"),
        notes: (scene) => scene.notes,
        calls: oneCall,
        also: () => {
          expect(seen).toEqual([usual(kind), "mended"]);
        },
      };
    },
  },
  {
    name: "tells the next attempt's work what validators had against the last one's output",
    senseless: ({ asks }) => (asks ? "a second attempt has the same answer, and who answered is not asked" : undefined),
    cell: (kind) => {
      const work: Work = new Work(() => (work.calls.length === 1 ? 1 : 2));
      return {
        policies: (subject) =>
          subject.withRetry(ONCE_MORE).withValidators(
            {
              name: "enough",
              validate: (output) => JSON.stringify(output) === JSON.stringify(usual(kind)) || "too little",
            },
            { name: "late", validate: () => work.calls.length > 1 || "too soon" },
          ),
        // Policies of its own don't keep it from being told.
        around: (leaf) => leaf.withTimeout(60_000).withRetry(),
        work,
        history: (scene) =>
          scene.completed([...scene.attempt("done", 1), retry(scene.path, 1), ...scene.attempt("done", 2)], 2),
        result: completedBy(usual(kind)),
        notes: (scene) => scene.notes,
        calls: (scene) => [
          { path: scene.workPath(1), feedback: undefined },
          { path: scene.workPath(2), feedback: "too little; too soon" },
        ],
      };
    },
  },
  {
    name: "works on what processors make of its input, and gives what they make of its output",
    cell: (kind) => {
      const seen: unknown[] = [];
      const to = (value: unknown) => (before: unknown) => (seen.push(before), value);
      return {
        policies: (subject) =>
          subject.withProcessors({ prompt: [to("anything"), to(kind.given(5))], output: [to("rough"), to("fine")] }),
        history: (scene) => scene.completed(scene.attempt("done")),
        result: completedBy("fine"),
        notes: (scene) => scene.notes,
        calls: (scene) => [{ path: scene.workPath(), input: 5 }],
        also: () => {
          const prepared = [kind.given(1), "anything"];
          // The drive that has the answer comes to the question anew.
          const again = kind.asks ? prepared : [];
          expect(seen).toEqual([...prepared, ...again, kind.gives(kind.asks ? 2 : 6, 5), "rough"]);
        },
      };
    },
  },
];
