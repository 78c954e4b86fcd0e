import type { AnyStep, PluginOutcome, StepPolicies } from "@flujo/dsl";
import { completed, failure } from "../errors/failure.ts";
import { PluginRejectedError } from "../protocols/errors/plugin-rejected-error.ts";
import { ValidationFailedError } from "../protocols/errors/validation-failed-error.ts";
import type { Execution, Outcome } from "../protocols/step-handler.ts";

/**
 * Looks at what a step gave, before anybody else does: its processors make something of it, its plugins let that pass or put
 * something in its place, and its validators, all of them, look at what there is in the end.
 *
 * @param redirect - hands the step's input to another step
 */
export async function examine(
  output: unknown,
  policies: StepPolicies,
  execution: Execution,
  redirect: (target: AnyStep) => Promise<Outcome>,
): Promise<Outcome> {
  let value = output;
  for (const process of policies.processors?.output ?? []) {
    value = await process(value as never, execution.decisionScope);
  }
  const judged = await judge(value, policies.plugins ?? [], execution, redirect);
  return judged.status === "completed" ? validated(judged.output, policies.validators ?? [], execution) : judged;
}

async function judge(
  output: unknown,
  plugins: NonNullable<StepPolicies["plugins"]>,
  execution: Execution,
  redirect: (target: AnyStep) => Promise<Outcome>,
): Promise<Outcome> {
  let value = output;
  for (const plugin of plugins) {
    const said: PluginOutcome<unknown, never, never> = await plugin.validate(value as never, execution as never);
    if (!said.success && said.redirectTo !== undefined) return redirect(said.redirectTo);
    if ("newSolution" in said) value = said.newSolution;
    else if (!said.success) return failure(new PluginRejectedError(plugin.name, said.feedback), execution.path);
  }
  return completed(value);
}

async function validated(
  output: unknown,
  validators: NonNullable<StepPolicies["validators"]>,
  execution: Execution,
): Promise<Outcome> {
  const objections: { readonly validator: string; readonly feedback: string | undefined }[] = [];
  for (const { name, validate } of validators) {
    const verdict = await validate(output as never, execution as never);
    if (verdict !== true) objections.push({ validator: name, feedback: verdict === false ? undefined : verdict });
  }
  if (objections.length === 0) return completed(output);
  return failure(new ValidationFailedError(objections, output), execution.path);
}
