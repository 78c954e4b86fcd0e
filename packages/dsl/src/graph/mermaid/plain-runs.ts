import type { AnyStep, StepChild } from "../../step/step.ts";
import type { StepEdge } from "../edges.ts";

/**
 * The children's indexes, in order, those together that can be one node: steps without parts, one after another,
 * where there is no other way from one or to the next.
 */
export function plainRuns(children: readonly StepChild[], edges: readonly StepEdge[]): readonly (readonly number[])[] {
  const runs: number[][] = [];
  for (const [index, child] of children.entries()) {
    const run = runs.at(-1);
    const before = run?.at(-1);
    if (run !== undefined && before !== undefined && joins(children[before], child) && onlyWay(edges, before, index)) {
      run.push(index);
    } else {
      runs.push([index]);
    }
  }
  return runs;
}

function joins(before: StepChild | undefined, child: StepChild): boolean {
  return [before, child].every((one) => one !== undefined && one.label === undefined && isPlain(one.step));
}

function isPlain(step: AnyStep): boolean {
  return step.shape === "box" && step.children().length === 0;
}

function onlyWay(edges: readonly StepEdge[], from: number, to: number): boolean {
  const touching = edges.filter((edge) => edge.from === from || edge.to === to);
  const [only] = touching;
  return touching.length === 1 && only?.from === from && only.to === to && only.label === undefined;
}
