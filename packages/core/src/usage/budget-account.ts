import type { ResolvedBudget } from "@flujo/dsl";
import type { UsageBreach } from "../protocols/usage-governor.ts";
import { toUsd } from "./usage-of.ts";

/** An amount of both things that budgets limit. */
export interface Amount {
  readonly costPico: bigint;
  readonly totalTokens: number;
}

export const NOTHING: Amount = Object.freeze({ costPico: 0n, totalTokens: 0 });

/** A budget as a ledger sees it. */
export interface Account {
  readonly limitsCost: boolean;
  /** Books what was spent. Reaching the limit is no breach, passing it is. */
  spend(used: Amount): UsageBreach | undefined;
  /** Why an amount can never fit any more, whatever the others give back. */
  refuses(amount: Amount): UsageBreach | undefined;
  /** Whether an amount fits beside what others have set aside. */
  fits(amount: Amount): boolean;
  hold(amount: Amount): void;
  /** Gives an amount back, and wakes those who wait. */
  giveBack(amount: Amount): void;
  /** Calls back, once, when something was given back; the returned function ends that. */
  whenGivenBack(wake: () => void): () => void;
}

/** Whose budget it is. */
export type BudgetScope = Pick<UsageBreach, "scope" | "shared">;

/** One budget: what of it is spent, what is set aside, and who waits for room in it. */
export class BudgetAccount implements Account {
  readonly #scope: BudgetScope;
  readonly #budget: ResolvedBudget;
  #spent: Amount = NOTHING;
  #held: Amount = NOTHING;
  #waiting = new Set<() => void>();

  constructor(scope: BudgetScope, budget: ResolvedBudget) {
    this.#scope = scope;
    this.#budget = budget;
  }

  get limitsCost(): boolean {
    return this.#budget.costPico !== undefined;
  }

  /** How it is passed already, if it is. */
  get passed(): UsageBreach | undefined {
    return this.#breach(this.#spent);
  }

  spend(used: Amount): UsageBreach | undefined {
    this.#spent = plus(this.#spent, used);
    return this.passed;
  }

  /** Goes by another account of what is spent, as if some of it had been given back. */
  restate(spent: Amount): void {
    this.#spent = spent;
    this.giveBack(NOTHING);
  }

  refuses(amount: Amount): UsageBreach | undefined {
    return this.#breach(plus(this.#spent, amount), amount);
  }

  fits(amount: Amount): boolean {
    return this.#breach(plus(plus(this.#spent, this.#held), amount)) === undefined;
  }

  hold(amount: Amount): void {
    this.#held = plus(this.#held, amount);
  }

  giveBack(amount: Amount): void {
    this.#held = minus(this.#held, amount);
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const wake of waiting) wake();
  }

  whenGivenBack(wake: () => void): () => void {
    this.#waiting.add(wake);
    return () => {
      this.#waiting.delete(wake);
    };
  }

  #breach(total: Amount, needed?: Amount): UsageBreach | undefined {
    const { costPico, totalTokens } = this.#budget;
    if (costPico !== undefined && total.costPico > costPico) {
      const used = toUsd(this.#spent.costPico);
      const more = needed === undefined ? {} : { needed: toUsd(needed.costPico) };
      return { ...this.#scope, limit: "costUsd", allowed: toUsd(costPico), used, ...more };
    }
    if (totalTokens !== undefined && total.totalTokens > totalTokens) {
      const more = needed === undefined ? {} : { needed: needed.totalTokens };
      return { ...this.#scope, limit: "totalTokens", allowed: totalTokens, used: this.#spent.totalTokens, ...more };
    }
    return undefined;
  }
}

export function plus(a: Amount, b: Amount): Amount {
  return { costPico: a.costPico + b.costPico, totalTokens: a.totalTokens + b.totalTokens };
}

export function minus(a: Amount, b: Amount): Amount {
  return { costPico: a.costPico - b.costPico, totalTokens: a.totalTokens - b.totalTokens };
}

/** The larger of two, of each of both things. */
export function most(a: Amount, b: Amount): Amount {
  return {
    // biome-ignore lint/complexity/useMathMinMax: they are bigints
    costPico: a.costPico < b.costPico ? b.costPico : a.costPico,
    totalTokens: Math.max(a.totalTokens, b.totalTokens),
  };
}

/** The part of `a` that `b` covers. */
export function overlap(a: Amount, b: Amount): Amount {
  return {
    // biome-ignore lint/complexity/useMathMinMax: they are bigints
    costPico: a.costPico < b.costPico ? a.costPico : b.costPico,
    totalTokens: Math.min(a.totalTokens, b.totalTokens),
  };
}
