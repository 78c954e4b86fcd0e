import { writtenBudget } from "../../step/budget.ts";
import type { ResolvedBudget } from "../../step/policies.ts";

/** What a budget is of. */
export type Resource = keyof ResolvedBudget;

export const RESOURCES: readonly Resource[] = ["costPico", "totalTokens"];

/** How much of it a budget allows, if it says so. */
export function amountOf(budget: ResolvedBudget | undefined, resource: Resource): bigint | undefined {
  const amount = budget?.[resource];
  return amount === undefined ? undefined : BigInt(amount);
}

/** `$0.5`, or `400 tokens`. */
export function amountText(amount: bigint, resource: Resource): string {
  return resource === "costPico" ? `$${writtenBudget({ costPico: amount }).costUsd}` : `${amount} tokens`;
}
