import type { StateMachineStep } from "../../composites/state-machine-step.ts";
import type { Rule } from "../place.ts";

/** A machine ends at a final state: where that would lead is never asked. */
export const nextOfFinalState: Rule = ({ step }) => {
  if (step.kind !== "stateMachine") return [];
  const { final, next } = step as StateMachineStep<never, unknown>;
  return final
    .filter((state) => next[state] !== undefined)
    .map((state) => ({
      rule: "FLJ011",
      severity: "warning",
      message: `the state "${state}" of "${step.name}" is final, so its next is never asked`,
      fix: "leave out its next, or take it out of final",
    }));
};
