import type { AnyStep, Pipeline, StepChild } from "../step/step.ts";

/**
 * The grammar of paths: `/name` for a step inside another, `[branch]`, `#iteration` (from 1), `@item` (from 0),
 * `~2` for a step that stands a second time among its siblings, `!2` for a composite's second attempt,
 * `!fallback` for what takes a failed step's place, `!redirect` for where a plugin handed the input, `:name` for a
 * decision.
 */
const RESERVED = /[%/[\]#@~!:\p{Cc}]/gu;

/** What only a run has: numbers of iterations, items and attempts. */
const RUN_NUMBERS = /[#@!]\d+/g;

/** Where a step stands in the paths of its graph: its own is `joinPath(parent's + entrance, segment)`. */
export interface GraphPlace {
  /** What the parent's path goes on with before the segment: `[branch]`, `!fallback`, or nothing. */
  readonly entrance: string;
  /** What the step adds itself. Empty for what is only a way of writing, and for the outermost pipeline. */
  readonly segment: string;
}

/** A name as it stands in a path: what has a meaning there is percent-encoded. */
export function pathSegment(name: string): string {
  return name
    .replace(RESERVED, encodeURIComponent)
    .replace(/[~!]/g, (character) => (character === "~" ? "%7E" : "%21"));
}

/** A path and the segment of a step entered there, where either may be empty. */
export function joinPath(base: string, segment: string): string {
  if (segment === "") return base;
  return base === "" ? segment : `${base}/${segment}`;
}

/** The path in the graph of what has `path` in a run: iteration, item and attempt numbers are left out. */
export function graphPath(path: string): string {
  // The outermost pipeline adds no segment, so its second attempt's paths begin with the number alone.
  return path.replace(RUN_NUMBERS, "").replace(/^\//, "");
}

/** Where the outermost step stands. */
export function placeOfRoot(root: AnyStep): GraphPlace {
  return { entrance: "", segment: root.kind === "pipeline" ? "" : pathSegment(root.name) };
}

/** Where the steps inside a step stand, in their order. */
export function placesOfChildren(children: readonly StepChild[]): readonly GraphPlace[] {
  const met = new Map<string, number>();
  return children.map(({ role, label, step }) => {
    if (role !== "next") {
      return { entrance: role === "branch" ? `[${pathSegment(label ?? "")}]` : "", segment: ownSegment(step) };
    }
    // A step that stands twice in one sequence needs two paths.
    const times = (met.get(step.name) ?? 0) + 1;
    met.set(step.name, times);
    return { entrance: "", segment: ownSegment(step) + (times > 1 ? `~${times}` : "") };
  });
}

/** Where the step stands that takes a failed one's place. */
export function placeOfFallback(fallback: AnyStep): GraphPlace {
  return { entrance: "!fallback", segment: ownSegment(fallback) };
}

/** Where a step stands that a plugin hands another's input to. */
export function placeOfRedirect(target: AnyStep): GraphPlace {
  return { entrance: "!redirect", segment: ownSegment(target) };
}

/** Whether a step is only a way of writing its steps one after another: an unnamed pipeline without policies. */
export function isNotation(step: AnyStep): step is Pipeline<never, unknown, never> {
  return isUnnamedPipeline(step) && Object.keys(step.policies).length === 0;
}

/** Whether a step is a pipeline that `pipe` alone has made, whose name says only what is in it. */
export function isUnnamedPipeline(step: AnyStep): step is Pipeline<never, unknown, never> {
  return step.kind === "pipeline" && !(step as Pipeline<never, unknown, never>).named;
}

function ownSegment(step: AnyStep): string {
  return isNotation(step) ? "" : pathSegment(step.name);
}
