import type { StateMachineStep } from "@flujo/dsl";
import { completed, failure } from "../errors/failure.ts";
import { LoopExhaustedError } from "../protocols/errors/loop-exhausted-error.ts";
import { NoSuchCaseError } from "../protocols/errors/no-such-case-error.ts";
import type { Execution, Outcome, PlannedStep, StepHandler } from "../protocols/step-handler.ts";
import { iterationScope } from "./iteration-scope.ts";

/** Where a state machine can go on. */
interface Position {
  readonly hop: number;
  readonly state: string;
  readonly value: unknown;
}

/** Runs states until a final one has run. */
export class StateMachineHandler implements StepHandler<StateMachineStep<never, unknown, never>> {
  readonly kind = "stateMachine";

  async handle(execution: Execution<StateMachineStep<never, unknown, never>>): Promise<Outcome> {
    const { step, children, path } = execution;
    const states = Object.keys(step.states);
    const first: Position = { hop: 1, state: step.start, value: execution.input };
    const begin = (execution.resumeAt()?.state ?? first) as Position;
    let { state, value } = begin;
    for (let { hop } = begin; ; hop++) {
      const child = children[states.indexOf(state)] as PlannedStep;
      const outcome = await execution.run(child, value, { iteration: hop, branch: state });
      if (outcome.status !== "completed" || step.final.includes(state)) return outcome;
      if (hop >= step.maxHops) return failure(new LoopExhaustedError(step.maxHops), path);
      const next = await leadsTo(execution, state, outcome.output, hop);
      if (next.status !== "completed") return next;
      if (!states.includes(String(next.output))) return failure(new NoSuchCaseError(String(next.output), states), path);
      state = String(next.output);
      value = outcome.output;
      const position: Position = { hop: hop + 1, state, value };
      await execution.checkpoint(hop + 1, () => position);
    }
  }
}

/** Where a state leads; if a function says so, what it says is recorded. */
async function leadsTo(
  execution: Execution<StateMachineStep<never, unknown, never>>,
  state: string,
  output: unknown,
  hop: number,
): Promise<Outcome> {
  const next = execution.step.next[state];
  if (typeof next !== "function") return completed(next);
  return execution.decide("next", () => next(output as never, iterationScope(execution, hop)), { iteration: hop });
}
