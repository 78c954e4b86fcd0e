import type { Pipeline } from "@flujo/dsl";
import { completed } from "../errors/failure.ts";
import type { Execution, Outcome, PlannedStep, StepHandler } from "../protocols/step-handler.ts";

/** Where a pipeline can go on. */
interface Position {
  /** Index of the child. */
  readonly next: number;
  readonly value: unknown;
}

/** Runs steps one after another, each on what the one before gave. */
export class PipelineHandler implements StepHandler<Pipeline<never, unknown, never>> {
  readonly kind = "pipeline";

  async handle(execution: Execution<Pipeline<never, unknown, never>>): Promise<Outcome> {
    const { children } = execution;
    const begin = (execution.resumeAt()?.state ?? { next: 0, value: execution.input }) as Position;
    let { value } = begin;
    for (let { next } = begin; next < children.length; next++) {
      const outcome = await execution.run(children[next] as PlannedStep, value, "next");
      if (outcome.status !== "completed") return outcome;
      value = outcome.output;
      const position: Position = { next: next + 1, value };
      await execution.checkpoint(next + 1, () => position);
    }
    return completed(value);
  }
}
