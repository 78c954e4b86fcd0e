import type { AnyStep } from "../../step/step.ts";
import { stepsAside } from "../steps-aside.ts";

/**
 * How much a drawing shows.
 *
 * - `low`: nodes; plain steps in a row are one node; no fallbacks or redirects
 * - `medium`: a node for each step, and fallbacks and redirects
 * - `full`: frames round bodies, branches and named pipelines; policies, schemas and bounds below the names
 * - `auto`: `full` up to 30 steps, `medium` up to 100, else `low`
 */
export type MermaidDetail = "low" | "medium" | "full" | "auto";

/** Most steps of a graph that is drawn in full, and of one that is drawn with a node for each step. */
const FULL_UP_TO = 30;
const MEDIUM_UP_TO = 100;

/** The detail that `auto` picks for a graph: by its number of steps, each counted in every place where it stands. */
export function resolveDetail(detail: MermaidDetail, root: AnyStep): Exclude<MermaidDetail, "auto"> {
  if (detail !== "auto") return detail;
  const steps = countSteps(root);
  if (steps <= FULL_UP_TO) return "full";
  return steps <= MEDIUM_UP_TO ? "medium" : "low";
}

function countSteps(step: AnyStep): number {
  return [...step.children(), ...stepsAside(step)].reduce((sum, other) => sum + countSteps(other.step), 1);
}
