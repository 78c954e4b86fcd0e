import type { AnyStep } from "../../step/step.ts";

/**
 * Whether an attempt at the step may come to a step of which `is` holds. What its plugins redirect to is part of its attempts;
 * its own fallback is not.
 */
export function withinAttempt(step: AnyStep, is: (step: AnyStep) => boolean): boolean {
  const inside = step.children().map((child) => child.step);
  return is(step) || inside.concat(step.policies.redirects ?? []).some((other) => mayComeTo(other, is));
}

function mayComeTo(step: AnyStep, is: (step: AnyStep) => boolean): boolean {
  const { fallback } = step.policies;
  return withinAttempt(step, is) || (fallback?.type === "step" && mayComeTo(fallback.step, is));
}
