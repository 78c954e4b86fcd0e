import type { AnyStep } from "../step/step.ts";
import type { GraphFinding } from "./finding.ts";
import type { Place } from "./place.ts";
import { ALL_RULES } from "./rules/all-rules.ts";

const SEVERITY_ORDER = { error: 0, warning: 1, note: 2 };

/** Walks the whole graph, fallbacks included, and gathers what each step and each rule finds. */
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
  const { fallback } = step.policies;
  if (fallback?.type !== "step") return places;
  return [...places, { step: fallback.step, path: `${path}/fallback/${fallback.step.name}`, within }];
}
