import type { Rule } from "../place.ts";
import { withinAttempt } from "./within-attempt.ts";

/** A hit leaves out what the step does to the world. */
export const cachedEffects: Rule = ({ step }) => {
  if (step.policies.cache === undefined || !withinAttempt(step, hasEffects)) return [];
  return [
    {
      rule: "FLJ024",
      severity: "error",
      message: `"${step.name}" is cached and has effects, which a hit would leave out`,
      fix: "put the cache on the steps that only compute",
    },
  ];
};

function hasEffects(step: Parameters<Rule>[0]["step"]): boolean {
  return step.details()["effects"] === true;
}
