import type { CallCost, CostCalculator } from "@flujo/core/protocols";
import type { BudgetPolicy } from "@flujo/dsl";
import { toUsd } from "./decimal.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import { splitModelName } from "./model-name.ts";
import { priceCall } from "./price-call.ts";

/** A call that is about to be made. */
export interface CallToEstimate {
  /** `openai/gpt-5-mini` */
  readonly model: string;
  /** The messages, as they will be sent. */
  readonly prompt: string | readonly unknown[];
  /** Definitions of tools are read by the model, and paid for, like messages. */
  readonly tools?: unknown;
  readonly responseFormat?: unknown;
  /** Left out: nothing is said of the output, and the estimate is of the input alone. */
  readonly maxOutputTokens?: number | undefined;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

/** What a call may use at most, as far as can be told. */
export interface CallEstimate {
  /** With a margin of a tenth. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cost: CallCost;
  /** As `scope.reserveUsage` takes it; without dollars where there is no price. */
  readonly budget: BudgetPolicy;
}

/** (input × 1.1 + `maxOutputTokens`) × price. The input is estimated by {@link estimateTokens}. */
export async function estimateCall(call: CallToEstimate, calculator: CostCalculator): Promise<CallEstimate> {
  const { prompt, tools, responseFormat, maxOutputTokens = 0, model, time } = call;
  // In tenths, since 1.1 is not a number that sums come out even with.
  const inputTokens = Math.ceil((estimateTokens([prompt, tools, responseFormat]) * 11) / 10);
  const usage = { inputTokens, outputTokens: maxOutputTokens };
  const cost = await priceCall(calculator, { ...splitModelName(model), time, usage });
  return {
    inputTokens,
    outputTokens: maxOutputTokens,
    cost,
    budget: {
      totalTokens: inputTokens + maxOutputTokens,
      ...(cost.costPico === undefined ? {} : { costUsd: toUsd(cost.costPico) }),
    },
  };
}
