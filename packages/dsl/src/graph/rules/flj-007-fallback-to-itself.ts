import type { AnyStep } from "../../step/step.ts";
import type { Rule } from "../place.ts";

/** What has just failed is tried again in the place of a fallback, directly or at the end of a chain of them. */
export const fallbackToItself: Rule = ({ step }) => {
  for (let { fallback } = step.policies; fallback?.type === "step"; { fallback } = fallback.step.policies) {
    if (!isSameWork(step, fallback.step)) continue;
    return [
      {
        rule: "FLJ007",
        severity: "warning",
        message: `the fallback of "${step.name}" is the same step again`,
        fix: "use withRetry() to try again, and fall back to something else",
      },
    ];
  }
  return [];
};

/** Whether two steps do the same in the same time: a policy makes a copy of a step, which keeps all its other fields. */
function isSameWork(a: AnyStep, b: AnyStep): boolean {
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b) || a.policies.timeoutMs !== b.policies.timeoutMs)
    return false;
  const fields = Object.entries(a).filter(([field]) => field !== "policies");
  return (
    fields.length === Object.keys(b).length - 1 && fields.every(([field, value]) => value === Reflect.get(b, field))
  );
}
