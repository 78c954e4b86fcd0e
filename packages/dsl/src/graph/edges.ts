import type { StepChild } from "../step/step.ts";

/** A way that work takes between the steps inside a step: from one of `children()` to another, by index. */
export interface StepEdge {
  /** `start` is where the step itself begins. */
  readonly from: number | "start";
  /** `start` is a way back to the step's beginning, `end` is where the step is over. */
  readonly to: number | "start" | "end";
  readonly label?: string;
  /** Whether a function decides, while the work goes on, if this way is taken. Drawn dashed. */
  readonly decided?: boolean;
}

/**
 * The ways that follow from the parts that children play: `next` and `body` one after another, back to the start
 * after a `body`; each `branch` from the start to the end.
 */
export function edgesByRole(children: readonly StepChild[]): readonly StepEdge[] {
  const indexes = children.map((_, index) => index);
  const branches = indexes.filter((index) => children[index]?.role === "branch");
  const line = indexes.filter((index) => !branches.includes(index));
  const last = line.at(-1);
  const edges = line.map((to, place): StepEdge => ({ from: line[place - 1] ?? "start", to }));
  if (last !== undefined) {
    if (children.some(({ role }) => role === "body")) edges.push({ from: last, to: "start", label: "again" });
    edges.push({ from: last, to: "end" });
  }
  for (const index of branches) {
    const { label } = children[index] as StepChild;
    edges.push({ from: "start", to: index, ...(label === undefined ? {} : { label }) }, { from: index, to: "end" });
  }
  return edges;
}
