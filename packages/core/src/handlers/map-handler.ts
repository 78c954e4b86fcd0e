import { InvalidOptionError, type MapStep } from "@flujo/dsl";
import { completed, failure } from "../errors/failure.ts";
import type { Execution, Lane, Outcome, PlannedStep, StepHandler } from "../protocols/step-handler.ts";
import { gather } from "./gather.ts";

/** Runs the body on each item. */
export class MapHandler implements StepHandler<MapStep<never, unknown, never>> {
  readonly kind = "map";

  async handle(execution: Execution<MapStep<never, unknown, never>>): Promise<Outcome> {
    const { step, children, input, path } = execution;
    if (!Array.isArray(input))
      return failure(new InvalidOptionError(`the input of map "${step.name}"`, input, "a list"), path);
    const child = children[0] as PlannedStep;
    const lanes = input.map((item: unknown, index): Lane => ({ child, input: item, place: { item: index } }));
    const gathered = await gather(execution, step, lanes, String);
    return Array.isArray(gathered) ? completed(gathered) : gathered;
  }
}
