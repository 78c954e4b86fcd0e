import type { BudgetPolicy } from "@flujo/dsl";
import type { Command } from "commander";
import { amount } from "../arguments/amount.ts";
import { wholeNumber } from "../arguments/whole-number.ts";
import { withJsonOption } from "./shared-options.ts";

/** What `run` and `resume` are told about what the run may do. */
export interface LimitOptions {
  readonly budgetUsd?: number;
  readonly budgetTokens?: number;
  readonly concurrency?: number;
}

/** The options that `run` and `resume` share. */
export function withDriveOptions(command: Command): Command {
  return withJsonOption(command.option("--export <name>", "the export that is the pipeline, if not the default one"))
    .option("--budget-usd <usd>", "what the run may cost, in US dollars; passing it ends the run", amount)
    .option("--budget-tokens <count>", "how many tokens the run may use; passing it ends the run", wholeNumber)
    .option("--concurrency <count>", "most steps that work at a time", wholeNumber)
    .option("--events", "write each event as a line of JSON on stdout, and the outcome as the last one")
    .option("-q, --quiet", "no progress and no summary");
}

/** The same as a runner takes it. */
export function limitsOf({ budgetUsd, budgetTokens, concurrency }: LimitOptions): {
  readonly budget?: BudgetPolicy;
  readonly concurrency?: number;
} {
  const budget = {
    ...(budgetUsd === undefined ? {} : { costUsd: budgetUsd }),
    ...(budgetTokens === undefined ? {} : { totalTokens: budgetTokens }),
  };
  return {
    ...(Object.keys(budget).length === 0 ? {} : { budget }),
    ...(concurrency === undefined ? {} : { concurrency }),
  };
}
