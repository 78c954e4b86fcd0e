import type { Rule } from "../place.ts";
import { amountOf, amountText, RESOURCES } from "./amounts.ts";
import { needOf } from "./need.ts";

/** Work for which a budget has no room is not begun: the run ends there. */
export const budgetBelowNeed: Rule = ({ step }) =>
  RESOURCES.flatMap((resource) => {
    const budget = amountOf(step.policies.budget, resource);
    if (budget === undefined) return [];
    const { most, owner, sum } = needOf(step, resource);
    if (sum <= budget) return [];
    const [left, has] = [amountText(budget, resource), `the budget of "${step.name}" is`];
    return [
      {
        rule: "FLJ028",
        // Together, they may still get by: each may use less than is set aside for it.
        severity: most > budget ? "error" : "warning",
        message:
          most > budget
            ? `"${owner}" is estimated to use ${amountText(most, resource)}, and ${has} ${left}`
            : `what "${step.name}" comes to is estimated to use ${amountText(sum, resource)} together, and ${has} ${left}`,
        fix: "raise the budget, or lower the estimates if they are too high",
      },
    ];
  });
