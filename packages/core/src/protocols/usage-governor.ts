import type { AnyStep, ResolvedBudget } from "@flujo/dsl";
import { type ServiceToken, token } from "./token.ts";
import type { Usage } from "./usage.ts";

/** Keeps runs within their budgets. */
export interface UsageGovernor {
  /**
   * Opens the books of one drive of a run, within those of the {@link SharedBudget}s that apply to it. Where one of these
   * is passed already, the run is told at once.
   *
   * @throws a `StateError` if what was spent of a shared budget can't be read: no run begins without
   */
  open(run: GovernedRun): Promise<RunLedger>;
  /** What one attempt at a step may use, as far as that is known: said by its policy, or learned from earlier attempts. */
  estimate(step: AnyStep, address: string, input: unknown, context: unknown): ResolvedBudget | undefined;
  /** Takes down what an attempt really used. @param address - where in the pipeline the step is */
  learn(address: string, usage: Usage): void;
}

export const UsageGovernor: ServiceToken<UsageGovernor> = token<UsageGovernor>("UsageGovernor");

export interface GovernedRun {
  readonly runId: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch: says which period of a shared budget the run counts for. */
  readonly createdAt: number;
  /** Whether it was driven before: what it used then is stored, and is added to its books again as it is replayed. */
  readonly resumed: boolean;
  readonly budget: ResolvedBudget | undefined;
  /** Called when a budget is passed, or can't hold what is still to come: the run is to end. */
  readonly onBreach: (breach: UsageBreach) => void;
}

/**
 * What was used at one node of a run and below it. What is added to a ledger is added to all around it, and held against
 * the budgets of all of them at once.
 */
export interface Ledger {
  readonly usage: Usage;
  /** Whether any budget, of this ledger or of one around it, limits what may be used. */
  readonly limited: boolean;
  /** Whether any of them limits dollars: then a call of unknown price passes unseen. */
  readonly limitsCost: boolean;
  /** A ledger within this one. @param scope - a budget of its own, and whose it is */
  open(scope?: { readonly name: string; readonly budget: ResolvedBudget }): Ledger;
  /** Books what was used; it is taken from what is set aside. */
  add(usage: Usage): void;
  /**
   * Sets aside what is about to be used, so that others can't use it up meanwhile. Waits while that is only short of what
   * others have set aside. It takes the place of what this ledger had set aside before; of that which was `firm` it only
   * adds to what is less.
   *
   * Resolves to false if there can't be room: then the run is told of a breach.
   *
   * @throws the signal's reason if that aborts first
   */
  reserve(estimate: ResolvedBudget, signal: AbortSignal, options?: { readonly firm?: boolean }): Promise<boolean>;
  /** Gives back what is still set aside. */
  release(): void;
}

/** The outermost ledger of a run. */
export interface RunLedger extends Ledger {
  /** The drive is over, and what it used is stored: nothing more is added. */
  close(): void;
}

/** A budget that was passed, or would be by what was about to be done. */
export interface UsageBreach {
  /** Whose budget: the path of a step, empty for the run's own, or the name of one that runs share. */
  readonly scope: string;
  /** Whether it is one that runs share. */
  readonly shared?: true;
  readonly limit: "costUsd" | "totalTokens";
  /** In US dollars, or tokens. */
  readonly allowed: number;
  readonly used: number;
  /** What was about to be used on top; absent if the budget is passed already. */
  readonly needed?: number;
}
