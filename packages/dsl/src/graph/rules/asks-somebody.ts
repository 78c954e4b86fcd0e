import type { AnyStep } from "../../step/step.ts";
import { withinAttempt } from "./within-attempt.ts";

/** Whether an attempt at the step may come to ask a person. */
export function asksSomebody(step: AnyStep): boolean {
  return withinAttempt(step, ({ kind }) => kind === "human");
}
