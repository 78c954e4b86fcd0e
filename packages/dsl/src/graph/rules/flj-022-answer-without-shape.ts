import type { HumanStep } from "../../composites/human-step.ts";
import { toJsonSchema } from "../../schema/standard-schema.ts";
import type { Rule } from "../place.ts";

/** Whoever answers is shown the schema of the answer as JSON Schema, where there is one. */
export const answerWithoutShape: Rule = ({ step }) => {
  if (step.kind !== "human") return [];
  if (toJsonSchema((step as HumanStep<never, unknown>).schema, "input") !== undefined) return [];
  return [
    {
      rule: "FLJ022",
      severity: "note",
      message: `the schema of "${step.name}" can't be written as JSON Schema, so whoever answers isn't shown what is wanted`,
      fix: "say it in the prompt, or use a schema that JSON Schema can express",
    },
  ];
};
