import type { StateMachineStep } from "../../composites/state-machine-step.ts";
import type { AnyStep } from "../../step/step.ts";

/** The states that a machine can come to, or `undefined` if a function on the way may lead anywhere. */
export function reachedStates(step: AnyStep): ReadonlySet<string> | undefined {
  const { start, next, final } = step as StateMachineStep<never, unknown>;
  const reached = new Set<string>();
  for (let state = start; !reached.has(state); ) {
    reached.add(state);
    if (final.includes(state)) break;
    const target = next[state];
    if (typeof target !== "string") return undefined;
    state = target;
  }
  return reached;
}
