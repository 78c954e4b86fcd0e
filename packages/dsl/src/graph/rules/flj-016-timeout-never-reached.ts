import type { Rule } from "../place.ts";
import { tightestTimeout } from "./tightest-timeout.ts";

/** The time of what is around a step is over before the step's own. */
export const timeoutNeverReached: Rule = ({ step, within }) => {
  const { timeoutMs } = step.policies;
  const around = tightestTimeout(within);
  if (timeoutMs === undefined || around === undefined || timeoutMs < around.timeoutMs) return [];
  return [
    {
      rule: "FLJ016",
      severity: "warning",
      message: `the timeout of "${step.name}" (${timeoutMs} ms) is never reached: that of "${around.name}", around it, is ${around.timeoutMs} ms`,
      fix: "make the inner timeout the shorter one",
    },
  ];
};
