import type { AnyStep } from "../../step/step.ts";

/** The steps that follow each other in a step. */
export function sequenceOf(step: AnyStep): readonly AnyStep[] {
  return step.children().flatMap(({ role, step: child }) => (role === "next" ? [child] : []));
}
