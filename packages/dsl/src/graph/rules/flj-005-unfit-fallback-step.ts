import type { Rule } from "../place.ts";
import { unfitStandIn } from "./unfit-stand-in.ts";

/** A fallback step is given what its step is given, and stands for what its step gives. */
export const unfitFallbackStep: Rule = ({ step }) => {
  const { fallback } = step.policies;
  return fallback?.type === "step" ? unfitStandIn("FLJ005", "fallback", step, fallback.step) : [];
};
