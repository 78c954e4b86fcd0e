import type { LoopStep } from "../composites/loop-step.ts";
import type { StateMachineStep } from "../composites/state-machine-step.ts";
import type { AnyStep } from "../step/step.ts";
import { type End, given, taken } from "./ends.ts";

/** Ends whose values go to others. */
export interface Link {
  readonly from: readonly End[];
  readonly to: readonly End[];
}

/** Where, between the steps inside `step`, what one gives is what another takes. */
export function linksIn(step: AnyStep): readonly Link[] {
  switch (step.kind) {
    case "pipeline": {
      let passing: readonly End[] = [];
      return step.children().map(({ step: child }) => {
        const link = { from: passing, to: taken(child) };
        passing = given(child, passing);
        return link;
      });
    }
    case "loop": {
      const { body, next, maxIterations } = step as LoopStep<never, unknown>;
      return next === undefined && maxIterations !== 1 ? [{ from: given(body), to: taken(body) }] : [];
    }
    case "stateMachine": {
      const { states, next, final } = step as StateMachineStep<never, unknown>;
      return Object.entries(next).flatMap(([state, target]) => {
        const [from, to] = [states[state], typeof target === "string" ? states[target] : undefined];
        return from && to && !final.includes(state) ? [{ from: given(from), to: taken(to) }] : [];
      });
    }
    default:
      return [];
  }
}
