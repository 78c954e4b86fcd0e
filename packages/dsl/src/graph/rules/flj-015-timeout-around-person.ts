import type { Rule } from "../place.ts";
import { asksSomebody } from "./asks-somebody.ts";

/** A timeout doesn't limit how long a person takes: a paused run is not an attempt under way. */
export const timeoutAroundPerson: Rule = ({ step }) => {
  if (step.policies.timeoutMs === undefined || !asksSomebody(step)) return [];
  return [
    {
      rule: "FLJ015",
      severity: "warning",
      message: `the timeout of "${step.name}" doesn't limit the wait for a person: it ends when the run pauses, and starts anew when it is resumed`,
      fix: "put the timeout on the steps that compute, not around the question",
    },
  ];
};
