import type { StateMachineStep } from "../../composites/state-machine-step.ts";
import type { Rule } from "../place.ts";

/** A machine without a final state can only fail, or go on for ever. */
export const noFinalState: Rule = ({ step }) => {
  if (step.kind !== "stateMachine" || (step as StateMachineStep<never, unknown>).final.length > 0) return [];
  return [
    {
      rule: "FLJ010",
      severity: "error",
      message: `state machine "${step.name}" has no final state`,
      fix: "name at least one state in final",
    },
  ];
};
