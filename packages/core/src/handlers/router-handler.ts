import type { RouterStep } from "@flujo/dsl";
import { completed, failure } from "../errors/failure.ts";
import { NoSuchCaseError } from "../protocols/errors/no-such-case-error.ts";
import type { Execution, Lane, Outcome, PlannedStep, StepHandler } from "../protocols/step-handler.ts";
import { gather } from "./gather.ts";

/** Runs the routes that `select` names. */
export class RouterHandler implements StepHandler<RouterStep<never, unknown, never>> {
  readonly kind = "router";

  async handle(execution: Execution<RouterStep<never, unknown, never>>): Promise<Outcome> {
    const { step, children, input, path } = execution;
    const selected = await execution.decide("select", async () => [
      ...new Set(await step.select(input as never, execution.decisionScope)),
    ]);
    if (selected.status !== "completed") return selected;
    const routes = Object.keys(step.routes);
    const names = selected.output as string[];
    const unknown = names.find((name) => !routes.includes(name));
    if (unknown !== undefined) return failure(new NoSuchCaseError(unknown, routes), path);

    // In the order in which the routes are declared, so that the context is merged alike whatever order was selected.
    const taken = routes.filter((name) => names.includes(name));
    const lanes = taken.map(
      (branch): Lane => ({ child: children[routes.indexOf(branch)] as PlannedStep, input, place: { branch } }),
    );
    const gathered = await gather(execution, step, lanes, (index) => taken[index] as string);
    if (!Array.isArray(gathered)) return gathered;
    return completed(Object.fromEntries(taken.map((name, index) => [name, gathered[index]])));
  }
}
