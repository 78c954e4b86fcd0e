import type { StepFinding } from "../../step/step.ts";
import { compareEnds, reason } from "../compare-ends.ts";
import { type End, given, givenByWork, taken, takenByWork } from "../ends.ts";
import type { Rule } from "../place.ts";
import { widened } from "./widened.ts";

/** A fallback step is given what its step is given, and stands for what its step gives. */
export const unfitFallbackStep: Rule = ({ step }) => {
  const { fallback } = step.policies;
  if (fallback?.type !== "step") return [];
  const other = fallback.step;
  const findings: StepFinding[] = [];
  const inputs = takenByWork(step);
  const [input] = inputs;
  // Of several checks on one input, none alone says what passes them all.
  for (const end of inputs.length === 1 && !input?.chosen ? taken(other) : []) {
    const found = compareEnds(input as End, end);
    if (found === undefined || found.fit.fit === "unknown") continue;
    findings.push({
      rule: "FLJ005",
      severity: found.severity,
      message: `the fallback "${other.name}" can't take all that "${step.name}" takes: ${reason(found.fit)}`,
      fix: "let the fallback take the same input",
    });
  }
  for (const promise of step.children().length > 0 ? [] : givenByWork(step)) {
    for (const end of given(other)) {
      const found = compareEnds(end, widened(promise));
      // Bounds matter to whoever comes next, who is asked about the fallback's output too.
      if (found?.fit.fit !== "no" || found.fit.cause === "bound") continue;
      findings.push({
        rule: "FLJ005",
        severity: "error",
        message: `what the fallback "${other.name}" gives can't stand for what "${step.name}" gives: ${reason(found.fit)}`,
        fix: "let the fallback give the same output",
      });
    }
  }
  return findings;
};
