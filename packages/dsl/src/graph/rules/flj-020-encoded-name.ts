import type { Pipeline } from "../../step/step.ts";
import type { Rule } from "../place.ts";

/** What means something in paths, or isn't printed, is percent-encoded there. */
const RESERVED = /[%/[\]#@~!:\p{Cc}]/u;

/** A name that reads differently in paths than in the code is hard to search for. */
export const encodedName: Rule = ({ step }) => {
  const unnamed = step.kind === "pipeline" && !(step as Pipeline<never, unknown>).named;
  const labels = step.children().flatMap(({ label }) => label ?? []);
  return [...new Set(unnamed ? labels : [step.name, ...labels])]
    .filter((name) => RESERVED.test(name))
    .map((name) => ({
      rule: "FLJ020",
      severity: "note",
      message: `the name ${JSON.stringify(name)} has characters that are percent-encoded in paths`,
      fix: "do without % / [ ] # @ ~ ! : and control characters",
    }));
};
