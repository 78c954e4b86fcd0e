import type { Fallback } from "../step/policies.ts";
import type { AnyStep, StepChild } from "../step/step.ts";
import { canonicalJson } from "./canonical-json.ts";
import { fnv1a128 } from "./fnv1a.ts";
import { isNotation, isUnnamedPipeline } from "./path.ts";

/** Counted up when the same graph gets another fingerprint than before. */
const FORMAT = "f1";

/** What the recorded outcomes of a graph's runs depend on, hashed. */
export function fingerprintOf(root: AnyStep): string {
  return `${FORMAT}:${fnv1a128(canonicalJson(meaningOf(root, true)))}`;
}

function meaningOf(step: AnyStep, outermost: boolean): unknown {
  const children = step.children();
  const [only] = children;
  // Steps written one after another are what they are without the pipeline round them.
  if (isNotation(step) && children.length === 1 && only !== undefined) return meaningOf(only.step, outermost);
  // The name that `pipe` makes up stands in paths only where policies make a unit of an inner pipeline.
  const named = !isNotation(step) && !(outermost && isUnnamedPipeline(step));
  return {
    kind: step.kind,
    name: named ? step.name : undefined,
    details: step.details(),
    inSequence: children.filter(({ role }) => role !== "branch").map(meaningOfChild),
    branches: children
      .filter(({ role }) => role === "branch")
      .toSorted((a, b) => ((a.label ?? "") < (b.label ?? "") ? -1 : 1))
      .map(meaningOfChild),
    fallback: meaningOfFallback(step.policies.fallback),
    redirects: step.policies.redirects?.map((target) => meaningOf(target, false)),
  };
}

function meaningOfChild({ role, label, step }: StepChild): unknown {
  return { role, label, step: meaningOf(step, false) };
}

function meaningOfFallback(fallback: Fallback | undefined): unknown {
  if (fallback === undefined) return undefined;
  // A list, since a value may be `undefined`, which an object would leave out.
  return fallback.type === "step" ? { step: meaningOf(fallback.step, false) } : { value: [fallback.value] };
}
