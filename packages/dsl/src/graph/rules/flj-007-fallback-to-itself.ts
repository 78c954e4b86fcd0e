import type { Rule } from "../place.ts";
import { isSameWork } from "./same-work.ts";

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
