import type { Rule } from "../place.ts";

/** A question pauses the run, and some kinds of work can't be put down and taken up again. */
export const personWhereNothingPauses: Rule = ({ step, within }) => {
  const around = step.kind === "human" ? within.find(({ pauses }) => !pauses) : undefined;
  if (around === undefined) return [];
  return [
    {
      rule: "FLJ031",
      severity: "error",
      message: `"${step.name}" asks a person inside "${around.name}", whose work can't pause until there is an answer`,
      fix: `ask before or after "${around.name}"`,
    },
  ];
};
