import type { AnyStep } from "../../step/step.ts";
import type { Rule } from "../place.ts";
import { type StepAside, stepsAside } from "../steps-aside.ts";
import { isSameWork } from "./same-work.ts";

/** What was just refused is made again from the same input, directly or at the end of a chain of redirects and fallbacks. */
export const redirectToItself: Rule = ({ step }) => {
  const chain = chainBack(step, step, []);
  if (chain === undefined) return [];
  const names = chain.slice(0, -1).map((aside) => `"${aside.step.name}"`);
  return [
    {
      rule: "FLJ026",
      // After a failure there may be sense in it.
      severity: chain.some(({ label }) => label === "fallback") ? "warning" : "error",
      message: `a redirect of "${step.name}" leads back to the same step${names.length > 0 ? ` through ${names.join(", ")}` : ""}`,
      fix: "use withRetry() to try again, and redirect to something else",
    },
  ];
};

/** The way from a step back to the same work, on which there is a redirect: a chain of fallbacks alone is a rule of its own. */
function chainBack(start: AnyStep, from: AnyStep, before: readonly StepAside[]): readonly StepAside[] | undefined {
  for (const aside of stepsAside(from)) {
    const chain = [...before, aside];
    if (isSameWork(start, aside.step) && chain.some(({ label }) => label === "redirect")) return chain;
    const found = chainBack(start, aside.step, chain);
    if (found !== undefined) return found;
  }
  return undefined;
}
