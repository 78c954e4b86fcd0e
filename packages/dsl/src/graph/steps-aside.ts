import type { AnyStep } from "../step/step.ts";
import { type GraphPlace, placeOfFallback, placeOfRedirect } from "./path.ts";

/** A step that takes the place of another, given the same input. */
export interface StepAside {
  readonly label: "fallback" | "redirect";
  readonly step: AnyStep;
  readonly place: GraphPlace;
}

/** The steps that may take `step`'s place, as far as its policies say. They are no part of its attempts. */
export function stepsAside({ policies: { fallback, redirects = [] } }: AnyStep): readonly StepAside[] {
  const all = redirects.map((step): StepAside => ({ label: "redirect", step, place: placeOfRedirect(step) }));
  if (fallback?.type === "step") {
    all.unshift({ label: "fallback", step: fallback.step, place: placeOfFallback(fallback.step) });
  }
  return all;
}
