import type { AnyStep, StepFinding } from "../../step/step.ts";
import type { Rule } from "../place.ts";
import { sequenceOf } from "./siblings.ts";

/** Siblings of one name would share a path, and so each other's recorded outcome. */
export const duplicateNames: Rule = ({ step }) => {
  const seen = new Map<string, AnyStep>();
  const findings = new Map<string, StepFinding>();
  for (const sibling of sequenceOf(step)) {
    const elder = seen.get(sibling.name);
    seen.set(sibling.name, sibling);
    if (elder === undefined || findings.get(sibling.name)?.severity === "error") continue;
    findings.set(
      sibling.name,
      elder === sibling
        ? {
            rule: "FLJ001",
            severity: "warning",
            message: `the step "${sibling.name}" stands more than once in one pipeline; the second is recorded as "${sibling.name}~2"`,
            fix: "wrap it in pipeline(name, step) to give it a name of its own",
          }
        : {
            rule: "FLJ001",
            severity: "error",
            message: `different steps of one pipeline share the name "${sibling.name}"`,
            fix: "give each a name of its own",
          },
    );
  }
  const targets = (step.policies.redirects ?? []).map(({ name }) => name);
  for (const name of new Set(targets.filter((name, index) => targets.indexOf(name) < index))) {
    findings.set(`redirect ${name}`, {
      rule: "FLJ001",
      severity: "error",
      message: `different steps that the plugins of "${step.name}" redirect to share the name "${name}"`,
      fix: "give each a name of its own",
    });
  }
  return [...findings.values()];
};
