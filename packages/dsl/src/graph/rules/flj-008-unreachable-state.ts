import type { StateMachineStep } from "../../composites/state-machine-step.ts";
import type { Rule } from "../place.ts";
import { reachedStates } from "./reached-states.ts";

/** A state that no way from `start` leads to is never run. */
export const unreachableState: Rule = ({ step }) => {
  const reached = step.kind === "stateMachine" ? reachedStates(step) : undefined;
  if (reached === undefined) return [];
  const { states, final } = step as StateMachineStep<never, unknown>;
  // If none of the final states is reached, that is a rule of its own.
  const ends = final.some((state) => reached.has(state));
  return Object.keys(states)
    .filter((state) => !reached.has(state) && (ends || !final.includes(state)))
    .map((state) => ({
      rule: "FLJ008",
      severity: "warning",
      message: `no way leads to the state "${state}" of "${step.name}"`,
      fix: "let another state lead to it, or leave it out",
    }));
};
