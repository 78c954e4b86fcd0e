import type { MapStep } from "../../composites/map-step.ts";
import type { FunctionStep } from "../../step/function-step.ts";
import type { AnyStep, StepFinding } from "../../step/step.ts";
import type { Rule } from "../place.ts";
import { stepsAside } from "../steps-aside.ts";

/** Under `errorOnConflict`, two branches that write one field to different values fail the step. */
export const rivalWriters: Rule = ({ step }) => {
  if (!["parallel", "router", "map"].includes(step.kind)) return [];
  if ((step as MapStep<never, unknown>).merge !== "errorOnConflict") return [];
  if (step.kind === "map") {
    return [...new Set(writtenBy((step as MapStep<never, unknown>).body))].map((field) =>
      rivalry(step, field, "its items"),
    );
  }
  const writers = step.children().map(({ label = "", step: branch }) => ({ label, fields: writtenBy(branch) }));
  return writers.flatMap(({ label, fields }, index) =>
    writers.slice(index + 1).flatMap((other) => {
      const field = fields.find((one) => other.fields.some((two) => isSameSpot(one, two)));
      return field === undefined ? [] : [rivalry(step, field, `its branches "${label}" and "${other.label}"`)];
    }),
  );
};

/** The context fields that a step declares to write, those of the steps in it included. */
function writtenBy(step: AnyStep): readonly string[] {
  // What is written to a context of its own, or dropped, never meets what others write.
  if (step.kind === "nested" || (step as MapStep<never, unknown>).merge === "discard") return [];
  return [
    ...((step as Partial<FunctionStep<never, unknown>>).writes ?? []),
    ...[...step.children(), ...stepsAside(step)].flatMap((other) => writtenBy(other.step)),
  ];
}

/** Whether one field is the other, or lies in it: `draft` and `draft.title`. */
function isSameSpot(a: string, b: string): boolean {
  return `${a}.`.startsWith(`${b}.`) || `${b}.`.startsWith(`${a}.`);
}

function rivalry(step: AnyStep, field: string, who: string): StepFinding {
  return {
    rule: "FLJ023",
    severity: "warning",
    message: `${who} write the context field "${field}", and "${step.name}" has no way to merge different values`,
    fix: 'give merge: "lastBranchWins", "keepFirst", "discard" or a function of your own',
  };
}
