import { Clock } from "@flujo/core/protocols";
import type { StepScope } from "@flujo/dsl";
import { UnpricedModelError } from "../errors/unpriced-model-error.ts";
import { costCalculatorOf } from "./cost-calculator-of.ts";
import { type CallToEstimate, estimateCall } from "./estimate-call.ts";

/**
 * Lets a model call begin: sets aside what it may use at most from the budgets around the step, and waits while there is
 * no room for it. Call it directly before the model.
 *
 * @throws {@link UnpricedModelError} if pricing is strict and the model has no price
 * @throws the signal's reason where no budget can hold it: the run ends
 */
export async function admitCall(scope: StepScope, call: Omit<CallToEstimate, "time">): Promise<void> {
  const calculator = costCalculatorOf(scope);
  const { cost, budget } = await estimateCall({ ...call, time: scope.resolve(Clock).now() }, calculator);
  if (calculator.strict === true && cost.source === "unknown" && cost.missing === "price") {
    throw new UnpricedModelError(call.model, cost.why, { path: scope.path });
  }
  await scope.reserveUsage(budget);
}
