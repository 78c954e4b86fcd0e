import type { Pipeline } from "@flujo/dsl";
import { completed } from "../errors/failure.ts";
import type { Execution, Outcome, StepHandler } from "../protocols/step-handler.ts";

/** Runs steps one after another, each on what the one before gave. */
export class PipelineHandler implements StepHandler<Pipeline<never, unknown, never>> {
  readonly kind = "pipeline";

  async handle(execution: Execution<Pipeline<never, unknown, never>>): Promise<Outcome> {
    let value = execution.input;
    for (const child of execution.children) {
      const outcome = await execution.run(child, value, "next");
      if (outcome.status !== "completed") return outcome;
      value = outcome.output;
    }
    return completed(value);
  }
}
