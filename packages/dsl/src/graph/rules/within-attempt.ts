import type { AnyStep } from "../../step/step.ts";

/** Whether an attempt at the step may come to a step of which `is` holds. Its own fallback is no part of its attempts. */
export function withinAttempt(step: AnyStep, is: (step: AnyStep) => boolean): boolean {
  return is(step) || step.children().some(({ step: child }) => mayComeTo(child, is));
}

function mayComeTo(step: AnyStep, is: (step: AnyStep) => boolean): boolean {
  const { fallback } = step.policies;
  return withinAttempt(step, is) || (fallback?.type === "step" && mayComeTo(fallback.step, is));
}
