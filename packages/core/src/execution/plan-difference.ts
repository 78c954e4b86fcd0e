import type { ChildDescription, StepDescription } from "@flujo/dsl";

/** What differs between two plans as far as recorded outcomes are concerned, one readable line each. */
export function planDifferences(before: StepDescription, now: StepDescription): readonly string[] {
  const was = flatten(before);
  const is = flatten(now);
  return [
    ...[...was.keys()].filter((path) => !is.has(path)).map((path) => `removed: ${path}`),
    ...[...is.keys()].filter((path) => !was.has(path)).map((path) => `added:   ${path}`),
    ...[...is].flatMap(([path, now]) => {
      const then = was.get(path);
      return then === undefined || then === now ? [] : [`changed: ${path} was ${then}, is ${now}`];
    }),
  ];
}

/** Each step's path in the graph, and what its recorded outcome depends on. */
function flatten(root: StepDescription): Map<string, string> {
  const steps = new Map<string, string>();
  const visit = (step: StepDescription, path: string): void => {
    const order = (step.children ?? []).filter(({ role }) => role === "next").map(({ name }) => name);
    const meaning = { kind: step.kind, ...step.details, ...(order.length > 0 ? { order } : {}) };
    steps.set(path, JSON.stringify(meaning));
    for (const child of step.children ?? []) visit(child, `${path}/${place(child)}${child.name}`);
    const fallback = step.policies?.fallback;
    if (fallback !== undefined && "step" in fallback) visit(fallback.step, `${path}!fallback/${fallback.step.name}`);
    for (const target of step.policies?.redirects ?? []) visit(target, `${path}!redirect/${target.name}`);
  };
  visit(root, root.name);
  return steps;
}

function place({ role, label }: ChildDescription): string {
  return role === "next" ? "" : `[${label ?? role}]/`;
}
