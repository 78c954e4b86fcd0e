import type { Rule } from "../place.ts";
import { unfitStandIn } from "./unfit-stand-in.ts";

/** A step that is redirected to is given what its step is given, and stands for what its step gives. */
export const unfitRedirect: Rule = ({ step }) =>
  (step.policies.redirects ?? []).flatMap((target) => unfitStandIn("FLJ027", "redirect", step, target));
