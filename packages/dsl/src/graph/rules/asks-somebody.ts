import type { AnyStep } from "../../step/step.ts";

/** Whether an attempt at the step may come to ask a person. Its own fallback is no part of its attempts. */
export function asksSomebody(step: AnyStep): boolean {
  return step.kind === "human" || step.children().some(({ step: child }) => mayAsk(child));
}

function mayAsk(step: AnyStep): boolean {
  const { fallback } = step.policies;
  return asksSomebody(step) || (fallback?.type === "step" && mayAsk(fallback.step));
}
