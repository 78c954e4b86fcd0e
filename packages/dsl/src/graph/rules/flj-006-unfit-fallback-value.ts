import { compareEnds, reason } from "../compare-ends.ts";
import { givenByWork } from "../ends.ts";
import type { Rule } from "../place.ts";
import { exactly } from "../schema/exactly.ts";
import { widened } from "./widened.ts";

/** A fallback value isn't checked when it is used: what comes next meets it as it is. */
export const unfitFallbackValue: Rule = ({ step }) => {
  const { fallback } = step.policies;
  const schema = fallback?.type === "value" ? exactly(fallback.value) : undefined;
  if (schema === undefined || step.children().length > 0) return [];
  const value = { owner: step.name, schema, source: undefined };
  return givenByWork(step).flatMap((promise) => {
    const found = compareEnds(value, widened(promise));
    if (found?.fit.fit !== "no") return [];
    return [
      {
        rule: "FLJ006",
        // A value out of bounds may be a sign that is agreed on; one of another type is not.
        severity: found.fit.cause === "type" ? "error" : "warning",
        message: `the fallback value of "${step.name}" doesn't fit its output schema: ${reason(found.fit)}`,
        fix: "give a value that the schema accepts",
      },
    ];
  });
};
