import type { FunctionStep } from "@flujo/dsl";
import type { Execution, Outcome, StepHandler } from "../protocols/step-handler.ts";

/** Runs a function of the user's. */
export class FunctionHandler implements StepHandler<FunctionStep<never, unknown, never>> {
  readonly kind = "step";

  handle(execution: Execution<FunctionStep<never, unknown, never>>): Promise<Outcome> {
    const { step, input, scope } = execution;
    return execution.call(() => step.run(input as never, scope));
  }
}
