import { type AnyStep, InvalidOptionError, type ResolvedBudget, resolveBudget } from "@flujo/dsl";
import { SystemClock } from "../platform/system-clock.ts";
import type { Clock } from "../protocols/clock.ts";
import type { SharedBudget } from "../protocols/shared-budget.ts";
import type { StateBackend } from "../protocols/state-backend.ts";
import type { Usage } from "../protocols/usage.ts";
import type { GovernedRun, RunLedger, UsageBreach, UsageGovernor } from "../protocols/usage-governor.ts";
import { type Account, BudgetAccount } from "./budget-account.ts";
import type { RunShare, SharedAccount } from "./shared-account.ts";
import { SharedAccounts } from "./shared-accounts.ts";
import { resolveSharedBudget } from "./shared-budget.ts";
import { StepEstimates } from "./step-estimates.ts";
import { UsageLedger } from "./usage-ledger.ts";

export interface LedgerGovernorOptions {
  /** Where the runs are whose spending counts for shared budgets. */
  readonly state: StateBackend;
  /** Default: none. */
  readonly budgets?: readonly SharedBudget[];
  /** Says how old is what was last read of the store. Default: the machine's clock. */
  readonly clock?: Pick<Clock, "now" | "monotonic">;
}

/**
 * Keeps the books in this process; a run's are made up again from its journal when it is resumed. What others have spent
 * of a shared budget is read from the store when a run opens, unless that was done in the last five seconds.
 */
export class LedgerGovernor implements UsageGovernor {
  readonly #estimates = new StepEstimates();
  readonly #shared: readonly SharedAccounts[];

  /** @throws `InvalidOptionError` for a shared budget that can't be, or a second one of a name */
  constructor({ state, budgets = [], clock = new SystemClock() }: LedgerGovernorOptions) {
    const names = new Set<string>();
    this.#shared = budgets.map((options) => {
      const budget = resolveSharedBudget(options);
      if (names.has(budget.name))
        throw new InvalidOptionError("options.name", budget.name, "unique among shared budgets");
      names.add(budget.name);
      return new SharedAccounts(budget, { state, clock });
    });
  }

  async open(run: GovernedRun): Promise<RunLedger> {
    const { budget, onBreach } = run;
    const own = budget === undefined ? undefined : new BudgetAccount({ scope: "" }, budget);
    const accounts = this.#shared
      .filter((shared) => shared.appliesTo(run.tags))
      .map((shared) => shared.around(run.createdAt));
    if (accounts.length === 0) return new UsageLedger(onBreach, own);
    const shares = await openAll(accounts, run);
    const passed = accounts.map((account) => account.passed).find((breach) => breach !== undefined);
    if (passed !== undefined) onBreach(passed);
    return new SharingLedger(onBreach, own, shares);
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

/** All or none of them. */
async function openAll(
  accounts: readonly SharedAccount[],
  { runId, resumed }: GovernedRun,
): Promise<readonly RunShare[]> {
  const opened = await Promise.allSettled(accounts.map((account) => account.open(runId, resumed)));
  const shares = opened.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const refused = opened.find((result) => result.status === "rejected");
  if (refused === undefined) return shares;
  for (const share of shares) share.close();
  throw refused.reason;
}

/** The outermost ledger of a run that has a part in shared budgets. */
class SharingLedger extends UsageLedger {
  readonly #shares: readonly RunShare[];

  constructor(onBreach: (breach: UsageBreach) => void, own: Account | undefined, shares: readonly RunShare[]) {
    const around = shares.reduceRight<UsageLedger | undefined>(
      (outer, share) => new UsageLedger(onBreach, share, outer),
      undefined,
    );
    super(onBreach, own, around);
    this.#shares = shares;
  }

  override close(): void {
    super.close();
    for (const share of this.#shares) share.close();
  }
}
