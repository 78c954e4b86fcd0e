import type { AnyStep } from "../step/step.ts";
import type { GraphFinding } from "./finding.ts";
import type { Place } from "./place.ts";
import { ALL_RULES } from "./rules/all-rules.ts";
import { stepsAside } from "./steps-aside.ts";

const SEVERITY_ORDER = { error: 0, warning: 1, note: 2 };

/** Walks the whole graph, fallbacks and declared redirects included, and gathers what each step and each rule finds. */
export function validateStep(root: AnyStep): readonly GraphFinding[] {
  return findingsIn({ step: root, path: root.name, within: [] }).sort(
    (a, b) => SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity],
  );
}

function findingsIn(place: Place): GraphFinding[] {
  const { step, path } = place;
  const own = [...step.findings(), ...ALL_RULES.flatMap((rule) => rule(place))];
  return [...own.map((finding) => ({ ...finding, path })), ...placesIn(place).flatMap(findingsIn)];
}

function placesIn({ step, path, within }: Place): readonly Place[] {
  const inner = [...within, step];
  const places = step.children().map(({ role, label, step: child }): Place => {
    const place = role === "next" ? child.name : `${label ?? role}/${child.name}`;
    return { step: child, path: `${path}/${place}`, within: inner };
  });
  const aside = stepsAside(step).map((other) => ({
    path: `${path}/${other.label}/${other.step.name}`,
    step: other.step,
    within,
  }));
  return [...places, ...aside];
}
