import type { ConditionalStep } from "@flujo/dsl";
import { failure } from "../errors/failure.ts";
import { NoSuchCaseError } from "../protocols/errors/no-such-case-error.ts";
import type { Execution, Outcome, PlannedStep, StepHandler } from "../protocols/step-handler.ts";

/** Runs the case that `on` chooses. */
export class ConditionalHandler implements StepHandler<ConditionalStep<never, unknown, never>> {
  readonly kind = "branch";

  async handle(execution: Execution<ConditionalStep<never, unknown, never>>): Promise<Outcome> {
    const { step, children, input, path } = execution;
    const chosen = await execution.decide("on", () => step.on(input as never, execution.decisionScope));
    if (chosen.status !== "completed") return chosen;
    const key = String(chosen.output);
    const names = Object.keys(step.cases);
    const index = names.indexOf(key);
    if (index >= 0) return execution.run(children[index] as PlannedStep, input, { branch: key });
    if (step.otherwise === undefined) return failure(new NoSuchCaseError(key, names), path);
    return execution.run(children[names.length] as PlannedStep, input, { branch: "otherwise" });
  }
}
