import type { FunctionStep, StandardSchema } from "@flujo/dsl";
import { completed } from "../errors/failure.ts";
import type { Execution, Outcome, StepHandler } from "../protocols/step-handler.ts";
import { checkSchema } from "../validation/check-schema.ts";

/** Runs a function of the user's, between the checks of its input and its output. */
export class FunctionHandler implements StepHandler<FunctionStep<never, unknown, never>> {
  readonly kind = "step";

  async handle(execution: Execution<FunctionStep<never, unknown, never>>): Promise<Outcome> {
    const { step } = execution;
    const check = (schema: StandardSchema, value: unknown, side: "input" | "output"): Promise<Outcome> =>
      execution.call(() => checkSchema(schema, value, side));

    const input =
      step.input === undefined ? completed(execution.input) : await check(step.input, execution.input, "input");
    if (input.status !== "completed") return input;
    const returned = await execution.call(() => step.run(input.output as never, execution.scope));
    if (returned.status !== "completed" || step.output === undefined) return returned;
    return check(step.output, returned.output, "output");
  }
}
