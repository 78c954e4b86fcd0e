import type { Rule } from "../place.ts";
import { amountOf, amountText, RESOURCES } from "./amounts.ts";

/** What is around a step has used up its budget before the step has its own. */
export const budgetNeverReached: Rule = ({ step, within }) =>
  RESOURCES.flatMap((resource) => {
    const budget = amountOf(step.policies.budget, resource);
    if (budget === undefined) return [];
    const around = within.find(({ policies }) => (amountOf(policies.budget, resource) ?? budget) < budget);
    if (around === undefined) return [];
    const less = amountText(amountOf(around.policies.budget, resource) as bigint, resource);
    return [
      {
        rule: "FLJ029",
        severity: "warning",
        message: `the budget of "${step.name}" (${amountText(budget, resource)}) is never reached: that of "${around.name}", around it, is ${less}`,
        fix: "make the inner budget the smaller one",
      },
    ];
  });
