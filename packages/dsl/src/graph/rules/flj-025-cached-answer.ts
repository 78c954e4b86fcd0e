import type { Rule } from "../place.ts";
import { asksSomebody } from "./asks-somebody.ts";

/** A hit takes what a person said another time for an answer to this question. */
export const cachedAnswer: Rule = ({ step }) => {
  if (step.policies.cache === undefined || !asksSomebody(step)) return [];
  return [
    {
      rule: "FLJ025",
      severity: "warning",
      message: `"${step.name}" is cached: what a person answered another time will stand without anybody being asked`,
      fix: "put the cache on the steps that only compute",
    },
  ];
};
