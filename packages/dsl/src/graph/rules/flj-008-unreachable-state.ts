import type { StateMachineStep } from "../../composites/state-machine-step.ts";
import type { Rule } from "../place.ts";
import { reachedStates } from "./reached-states.ts";

/** A state that no way from `start` leads to is never run. */
export const unreachableState: Rule = ({ step }) => {
  const reached = step.kind === "stateMachine" ? reachedStates(step) : undefined;
  if (reached === undefined) return [];
  return Object.keys((step as StateMachineStep<never, unknown>).states)
    .filter((state) => !reached.has(state))
    .map((state) => ({
      rule: "FLJ008",
      severity: "warning",
      message: `no way leads to the state "${state}" of "${step.name}"`,
      fix: "let another state lead to it, or leave it out",
    }));
};
