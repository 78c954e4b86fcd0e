import type { Rule } from "../place.ts";

/** One attempt in all is what a step has anyway. */
export const retryWithoutRetry: Rule = ({ step }) => {
  if (step.policies.retry?.maxAttempts !== 1) return [];
  return [
    {
      rule: "FLJ013",
      severity: "note",
      message: `the retry of "${step.name}" allows one attempt, so it never tries again`,
      fix: "give maxAttempts 2 or more, or leave the retry out",
    },
  ];
};
