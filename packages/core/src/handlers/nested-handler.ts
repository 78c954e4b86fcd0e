import type { NestedStep } from "@flujo/dsl";
import type { Execution, Outcome, PlannedStep, StepHandler } from "../protocols/step-handler.ts";

/** Runs the body with a context of its own. */
export class NestedHandler implements StepHandler<NestedStep<never, unknown, never>> {
  readonly kind = "nested";

  async handle(execution: Execution<NestedStep<never, unknown, never>>): Promise<Outcome> {
    const { step, children, input } = execution;
    const made = await execution.decide("into", () => step.into(execution.decisionScope.context));
    if (made.status !== "completed") return made;
    const { outcome, context } = await execution.runWithin(children[0] as PlannedStep, input, "next", made.output);
    const { back } = step;
    if (outcome.status === "completed" && back !== undefined) {
      const written = await execution.call(() => {
        execution.scope.update((draft) => back(draft, context as never));
      });
      if (written.status !== "completed") return written;
    }
    return outcome;
  }
}
