import { type ServiceToken, token } from "./token.ts";

/**
 * What the runs that bear certain tags may use together in a period, beside what each may use by itself. Register as many
 * as there are.
 *
 * A run counts for the period in which it was created, whenever it goes on.
 */
export interface SharedBudget {
  /** Names it in breaches; unique among those of a runner. */
  readonly name: string;
  /** In UTC. */
  readonly period: BudgetPeriod;
  /** Applies to runs that bear all of these tags, with these values. Left out: to all runs. */
  readonly tags?: Readonly<Record<string, string>>;
  /** US dollars. At least 0. */
  readonly costUsd?: number;
  /** Whole, at least 0. */
  readonly totalTokens?: number;
}

export const SharedBudget: ServiceToken<SharedBudget> = token<SharedBudget>("SharedBudget");

export type BudgetPeriod = "hour" | "day" | "month" | "always";
