import type { Rule } from "../place.ts";

/** A branch all of whose ways lead to one step decides nothing. */
export const sameStepInEveryCase: Rule = ({ step }) => {
  const ways = step.kind === "branch" ? step.children() : [];
  if (ways.length < 2 || ways.some((way) => way.step !== ways[0]?.step)) return [];
  return [
    {
      rule: "FLJ012",
      severity: "note",
      message: `every case of branch "${step.name}" is the same step`,
      fix: "use that step itself, or let the cases differ",
    },
  ];
};
