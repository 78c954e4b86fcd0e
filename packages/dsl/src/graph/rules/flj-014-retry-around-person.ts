import type { Rule } from "../place.ts";
import { asksSomebody } from "./asks-somebody.ts";

/** A retry doesn't repeat a wrong answer, and around a question it repeats the question. */
export const retryAroundPerson: Rule = ({ step }) => {
  if ((step.policies.retry?.maxAttempts ?? 1) === 1 || !asksSomebody(step)) return [];
  return [
    step.kind === "human"
      ? {
          rule: "FLJ014",
          severity: "warning",
          message: `the retry of "${step.name}" concerns its prompt only: a wrong answer is refused, and the run stays paused`,
          fix: "leave the retry out",
        }
      : {
          rule: "FLJ014",
          severity: "warning",
          message: `each further attempt at "${step.name}" asks its person again`,
          fix: "put the retry on the steps that can fail, not around the question",
        },
  ];
};
