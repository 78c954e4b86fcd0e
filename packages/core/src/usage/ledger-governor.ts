import { type AnyStep, type ResolvedBudget, resolveBudget } from "@flujo/dsl";
import type { Usage } from "../protocols/usage.ts";
import type { GovernedRun, RunLedger, UsageGovernor } from "../protocols/usage-governor.ts";
import { BudgetAccount } from "./budget-account.ts";
import { StepEstimates } from "./step-estimates.ts";
import { UsageLedger } from "./usage-ledger.ts";

/** Keeps the books in this process; a run's are made up again from its journal when it is resumed. */
export class LedgerGovernor implements UsageGovernor {
  readonly #estimates = new StepEstimates();

  async open({ budget, onBreach }: GovernedRun): Promise<RunLedger> {
    return new UsageLedger(onBreach, budget === undefined ? undefined : new BudgetAccount("", budget));
  }

  estimate(step: AnyStep, address: string, input: unknown, context: unknown): ResolvedBudget | undefined {
    const { estimate } = step.policies;
    if (typeof estimate !== "function") return estimate ?? this.#estimates.of(address);
    return resolveBudget(estimate(input as never, context as never), "estimate");
  }

  learn(address: string, usage: Usage): void {
    if (usage.requests > 0) this.#estimates.learn(address, usage);
  }
}
