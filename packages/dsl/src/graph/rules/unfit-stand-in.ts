import type { AnyStep, StepFinding } from "../../step/step.ts";
import { compareEnds, reason } from "../compare-ends.ts";
import { type End, given, givenByWork, taken, takenByWork } from "../ends.ts";
import { widened } from "./widened.ts";

/** What is wrong with a step that is given what `step` is given, and stands for what `step` gives. */
export function unfitStandIn(rule: string, part: string, step: AnyStep, other: AnyStep): readonly StepFinding[] {
  const findings: StepFinding[] = [];
  const inputs = takenByWork(step);
  const [input] = inputs;
  // Of several checks on one input, none alone says what passes them all.
  for (const end of inputs.length === 1 && !input?.chosen ? taken(other) : []) {
    const found = compareEnds(input as End, end);
    if (found === undefined || found.fit.fit === "unknown") continue;
    findings.push({
      rule,
      severity: found.severity,
      message: `the ${part} "${other.name}" can't take all that "${step.name}" takes: ${reason(found.fit)}`,
      fix: `let the ${part} take the same input`,
    });
  }
  for (const promise of step.children().length > 0 ? [] : givenByWork(step)) {
    for (const end of given(other)) {
      const found = compareEnds(end, widened(promise));
      // Bounds matter to whoever comes next, who is asked about the other's output too.
      if (found?.fit.fit !== "no" || found.fit.cause === "bound") continue;
      findings.push({
        rule,
        severity: "error",
        message: `what the ${part} "${other.name}" gives can't stand for what "${step.name}" gives: ${reason(found.fit)}`,
        fix: `let the ${part} give the same output`,
      });
    }
  }
  return findings;
}
