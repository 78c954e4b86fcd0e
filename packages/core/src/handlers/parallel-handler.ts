import type { ParallelStep } from "@flujo/dsl";
import { completed } from "../errors/failure.ts";
import type { Execution, Lane, Outcome, StepHandler } from "../protocols/step-handler.ts";
import { gather } from "./gather.ts";

/** Runs every branch on the same input. */
export class ParallelHandler implements StepHandler<ParallelStep<never, unknown, never>> {
  readonly kind = "parallel";

  async handle(execution: Execution<ParallelStep<never, unknown, never>>): Promise<Outcome> {
    const { step, children, input } = execution;
    const names = Object.keys(step.branches);
    const lanes = children.map((child, index): Lane => ({ child, input, place: { branch: names[index] as string } }));
    const gathered = await gather(execution, step, lanes, (index) => names[index] as string);
    if (!Array.isArray(gathered)) return gathered;
    return completed(Object.fromEntries(names.map((name, index) => [name, gathered[index]])));
  }
}
