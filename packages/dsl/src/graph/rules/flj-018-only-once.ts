import type { LoopStep } from "../../composites/loop-step.ts";
import type { StateMachineStep } from "../../composites/state-machine-step.ts";
import type { Rule } from "../place.ts";

/** A loop of one iteration, or a machine of one state, goes nowhere. */
export const onlyOnce: Rule = ({ step }) => {
  const option = step.kind === "loop" ? "maxIterations" : step.kind === "stateMachine" ? "maxHops" : undefined;
  if (option === undefined) return [];
  const bound = (step as LoopStep<never, unknown> & StateMachineStep<never, unknown>)[option];
  if (bound !== 1) return [];
  return [
    {
      rule: "FLJ018",
      severity: "note",
      message: `with ${option} 1, "${step.name}" never comes to a second ${step.kind === "loop" ? "iteration" : "state"}`,
      fix: `give ${option} 2 or more, or use the step itself`,
    },
  ];
};
