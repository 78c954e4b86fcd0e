import type { ResolvedBudget } from "@flujo/dsl";
import { forgetAbort, listenForAbort } from "../platform/abort-listeners.ts";
import { NO_USAGE, type Usage } from "../protocols/usage.ts";
import type { RunLedger, UsageBreach } from "../protocols/usage-governor.ts";
import { type Account, type Amount, BudgetAccount, minus, most, NOTHING, overlap } from "./budget-account.ts";
import { sumOf } from "./usage-of.ts";

/** Adds up what was used below one node, and holds it against the budgets around it. */
export class UsageLedger implements RunLedger {
  readonly #around: UsageLedger | undefined;
  readonly #account: Account | undefined;
  readonly #onBreach: (breach: UsageBreach) => void;
  readonly limited: boolean;
  readonly limitsCost: boolean;
  #usage: Usage = NO_USAGE;
  #held: Amount = NOTHING;
  #isFirm = false;

  constructor(
    onBreach: (breach: UsageBreach) => void,
    account?: Account | undefined,
    around?: UsageLedger | undefined,
  ) {
    this.#onBreach = onBreach;
    this.#account = account;
    this.#around = around;
    this.limited = account !== undefined || (around?.limited ?? false);
    this.limitsCost = (account?.limitsCost ?? false) || (around?.limitsCost ?? false);
  }

  get usage(): Usage {
    return this.#usage;
  }

  open(scope?: { readonly name: string; readonly budget: ResolvedBudget }): UsageLedger {
    const account = scope === undefined ? undefined : new BudgetAccount({ scope: scope.name }, scope.budget);
    return new UsageLedger(this.#onBreach, account, this);
  }

  add(usage: Usage): void {
    if (usage.requests === 0) return;
    this.#giveBack(overlap(this.#held, usage.known));
    const breach = this.#book(usage);
    if (breach !== undefined) this.#onBreach(breach);
  }

  /** Every ledger around this one is told, also when a budget is passed: no use is ever left out of the books. */
  #book(usage: Usage): UsageBreach | undefined {
    this.#usage = sumOf(this.#usage, usage);
    const breach = this.#account?.spend(usage.known);
    const around = this.#around === undefined ? undefined : this.#around.#book(usage);
    return breach ?? around;
  }

  async reserve(
    { costPico = 0n, totalTokens = 0 }: ResolvedBudget,
    signal: AbortSignal,
    { firm = false }: { readonly firm?: boolean } = {},
  ): Promise<boolean> {
    if (!this.limited) return true;
    const asked = { costPico, totalTokens };
    const amount = this.#isFirm ? most(this.#held, asked) : asked;
    if (this.#isFirm && isSame(amount, this.#held)) return true;
    const isFirm = firm || this.#isFirm;
    // Who has something set aside while he waits for more may be what the others wait for.
    this.release();
    const accounts = this.#accounts();
    for (;;) {
      signal.throwIfAborted();
      const breach = accounts.map((account) => account.refuses(amount)).find((found) => found !== undefined);
      if (breach !== undefined) {
        this.#onBreach(breach);
        return false;
      }
      const full = accounts.find((account) => !account.fits(amount));
      if (full === undefined) break;
      await roomIn(full, signal);
    }
    for (const account of accounts) account.hold(amount);
    this.#held = amount;
    this.#isFirm = isFirm;
    return true;
  }

  release(): void {
    this.#giveBack(this.#held);
    this.#held = NOTHING;
    this.#isFirm = false;
  }

  close(): void {
    this.release();
  }

  #giveBack(amount: Amount): void {
    if (this.#held === NOTHING) return;
    this.#held = minus(this.#held, amount);
    for (const account of this.#accounts()) account.giveBack(amount);
  }

  /** From the innermost outwards. */
  #accounts(): readonly Account[] {
    const accounts = this.#around === undefined ? [] : this.#around.#accounts();
    return this.#account === undefined ? accounts : [this.#account, ...accounts];
  }
}

function isSame(a: Amount, b: Amount): boolean {
  return a.costPico === b.costPico && a.totalTokens === b.totalTokens;
}

/** Resolves once something was given back to an account. @throws the signal's reason if that aborts first */
function roomIn(account: Account, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      forget();
      reject(signal.reason as Error);
    };
    const forget = account.whenGivenBack(() => {
      forgetAbort(signal, onAbort);
      resolve();
    });
    listenForAbort(signal, onAbort);
  });
}
