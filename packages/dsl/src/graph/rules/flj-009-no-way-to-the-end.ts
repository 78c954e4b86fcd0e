import type { StateMachineStep } from "../../composites/state-machine-step.ts";
import type { Rule } from "../place.ts";
import { reachedStates } from "./reached-states.ts";

/** A machine that goes round without ever coming to a final state runs up to its last hop, and then fails: a warning, since that is a run. */
export const noWayToTheEnd: Rule = ({ step }) => {
  if (step.kind !== "stateMachine") return [];
  const { final } = step as StateMachineStep<never, unknown>;
  const reached = reachedStates(step);
  // That there is no final state at all is said by another rule.
  if (reached === undefined || final.length === 0 || final.some((state) => reached.has(state))) return [];
  return [
    {
      rule: "FLJ009",
      severity: "warning",
      message: `state machine "${step.name}" never comes to a final state: from ${[...reached].join(" to ")} it goes round`,
      fix: "let one of these states lead to a final one, or be final",
    },
  ];
};
