import { periodAround } from "./budget-period.ts";
import { SharedAccount, type SharedAccountParts } from "./shared-account.ts";
import type { ResolvedSharedBudget } from "./shared-budget.ts";

/** The accounts of one shared budget, by period. */
export class SharedAccounts {
  readonly #budget: ResolvedSharedBudget;
  readonly #parts: SharedAccountParts;
  /** By the beginning of the period. */
  readonly #accounts = new Map<number, SharedAccount>();

  constructor(budget: ResolvedSharedBudget, parts: SharedAccountParts) {
    this.#budget = budget;
    this.#parts = parts;
  }

  appliesTo(tags: Readonly<Record<string, string>>): boolean {
    return Object.entries(this.#budget.tags).every(([tag, value]) => Object.hasOwn(tags, tag) && tags[tag] === value);
  }

  /** The account that a run created at a moment counts for. */
  around(createdAt: number): SharedAccount {
    const span = periodAround(this.#budget.period, createdAt);
    const account = this.#accounts.get(span.from) ?? new SharedAccount(this.#budget, span, this.#parts);
    if (!this.#accounts.has(span.from)) {
      // What is known of other periods is in the store as well.
      for (const [from, other] of this.#accounts) if (!other.inUse) this.#accounts.delete(from);
      this.#accounts.set(span.from, account);
    }
    return account;
  }
}
