import type { AnyStep, StepFinding } from "../../step/step.ts";
import { compareEnds, reason } from "../compare-ends.ts";
import { givenByWork } from "../ends.ts";
import type { Rule } from "../place.ts";
import { exactly } from "../schema/exactly.ts";
import { widened } from "./widened.ts";

/** A fallback value, or that of an optional step, isn't checked when it is used: what comes next meets it as it is. */
export const unfitFallbackValue: Rule = ({ step }) => {
  const { fallback, optional } = step.policies;
  return [
    ...(fallback?.type === "value" ? unfitValue(step, "fallback value", fallback.value) : []),
    ...(optional === undefined ? [] : unfitValue(step, "optional value", optional.value)),
  ];
};

function unfitValue(step: AnyStep, part: string, value: unknown): readonly StepFinding[] {
  const schema = exactly(value);
  if (schema === undefined || step.children().length > 0) return [];
  return givenByWork(step).flatMap((promise) => {
    const found = compareEnds({ owner: step.name, schema, source: undefined }, widened(promise));
    if (found?.fit.fit !== "no") return [];
    return [
      {
        rule: "FLJ006",
        // A value out of bounds may be a sign that is agreed on; one of another type is not.
        severity: found.fit.cause === "type" ? "error" : "warning",
        message: `the ${part} of "${step.name}" doesn't fit its output schema: ${reason(found.fit)}`,
        fix: "give a value that the schema accepts",
      },
    ];
  });
}
