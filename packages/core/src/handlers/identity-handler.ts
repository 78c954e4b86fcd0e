import type { IdentityStep } from "@flujo/dsl";
import { completed } from "../errors/failure.ts";
import type { Execution, Outcome, StepHandler } from "../protocols/step-handler.ts";

/** Gives what it takes. */
export class IdentityHandler implements StepHandler<IdentityStep<never>> {
  readonly kind = "identity";

  async handle(execution: Execution<IdentityStep<never>>): Promise<Outcome> {
    return completed(execution.input);
  }
}
