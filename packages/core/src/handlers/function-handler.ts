import type { FunctionStep } from "@flujo/dsl";
import { CANCELLED, completed, failure } from "../errors/failure.ts";
import type { Clock } from "../protocols/clock.ts";
import type { Execution, Outcome, StepHandler } from "../protocols/step-handler.ts";
import { ABANDONED, untilAbandoned } from "../resilience/until-abandoned.ts";
import { checkSchema } from "../validation/check-schema.ts";

/** Runs a function of the user's, between the checks of its input and its output. */
export class FunctionHandler implements StepHandler<FunctionStep<never, unknown, never>> {
  readonly kind = "step";
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async handle(execution: Execution<FunctionStep<never, unknown, never>>): Promise<Outcome> {
    const { step, signal, path } = execution;
    try {
      const input =
        step.input === undefined ? execution.input : await checkSchema(step.input, execution.input, "input");
      const returned = step.run(input as never, execution.scope);
      const output = isThenable(returned) ? await untilAbandoned(returned, signal, this.#clock) : returned;
      if (output === ABANDONED) return CANCELLED;
      return completed(step.output === undefined ? output : await checkSchema(step.output, output, "output"));
    } catch (thrown) {
      return signal.aborted ? CANCELLED : failure(thrown, path);
    }
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}
