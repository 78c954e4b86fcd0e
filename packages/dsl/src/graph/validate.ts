import type { AnyStep, StepFinding } from "../step/step.ts";
import type { GraphFinding } from "./finding.ts";

const SEVERITY_ORDER = { error: 0, warning: 1, note: 2 };

/** Walks the whole graph, fallbacks included, and gathers what each step and each level finds. */
export function validateStep(root: AnyStep): readonly GraphFinding[] {
  const findings: GraphFinding[] = [];
  visit(root, root.name, [], findings);
  return findings.sort((a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity]);
}

function visit(step: AnyStep, path: string, ancestors: readonly AnyStep[], findings: GraphFinding[]): void {
  const children = step.children();
  for (const finding of [
    ...step.findings(),
    ...duplicateNames(children.filter(({ role }) => role === "next").map(({ step }) => step)),
  ]) {
    findings.push({ ...finding, path });
  }
  const within = [...ancestors, step];
  for (const child of children) {
    const place = child.role === "next" ? child.step.name : `${child.label ?? child.role}/${child.step.name}`;
    visit(child.step, `${path}/${place}`, within, findings);
  }
  const { fallback } = step.policies;
  if (fallback?.type === "step" && !within.includes(fallback.step)) {
    visit(fallback.step, `${path}/fallback/${fallback.step.name}`, within, findings);
  }
}

/** FLJ001. Siblings of one name would share a path, and so each other's recorded outcome. */
function duplicateNames(siblings: readonly AnyStep[]): StepFinding[] {
  const seen = new Map<string, AnyStep>();
  const findings = new Map<string, StepFinding>();
  for (const sibling of siblings) {
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
  return [...findings.values()];
}
