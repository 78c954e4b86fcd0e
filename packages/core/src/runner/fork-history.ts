import { InvalidOptionError } from "@flujo/dsl";
import { findNode, type PlanNode } from "../execution/plan.ts";
import { isStepEntry } from "../journal/entry-kind.ts";
import { firstStepAt, forkEntry, overrides, sharedHistory } from "../journal/fork-point.ts";
import { stepName } from "../journal/path.ts";
import { pathEnd } from "../journal/step-path.ts";
import type { Clock } from "../protocols/clock.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { RunRecord } from "../protocols/run-record.ts";
import type { Serializer } from "../protocols/serializer.ts";
import type { ForkOptions } from "./flujo-options.ts";

/** The entries that a fork of a run begins with. @throws `InvalidOptionError` for a step or a context that can't be */
export function forkHistory(
  parent: RunRecord,
  entries: readonly JournalEntry[],
  { from, context = {} }: ForkOptions,
  { plan, serializer, clock }: { readonly plan: PlanNode; readonly serializer: Serializer; readonly clock: Clock },
): readonly JournalEntry[] {
  if (typeof context !== "object" || context === null || Array.isArray(context)) {
    throw new InvalidOptionError("options.context", context, "an object with the fields that are to be different");
  }
  const path = pathOf(from, parent, entries, plan);
  const point = { path, patches: overrides(context) };
  return [...sharedHistory(entries, path), forkEntry(point, parent.runId, { serializer, now: clock.now() })];
}

function pathOf(from: string, { status }: RunRecord, entries: readonly JournalEntry[], plan: PlanNode): string {
  if (typeof from === "string") {
    const first = firstStepAt(from, entries);
    if (first !== undefined && findNode(plan, first) !== undefined) return first;
    // A run that did not complete may have been at work on it, or have been about to.
    if (status !== "completed" && pathEnd(from).kind === "step" && findNode(plan, from) !== undefined) return from;
  }
  const steps = entries.filter(isStepEntry);
  const named = steps.filter(({ path }) => stepName(path) === from).map(({ path }) => path);
  if (named.length === 1) return named[0] as string;
  const which = named.length === 0 ? steps.map(({ path }) => path) : named;
  const shown = which.slice(0, 8).map((path) => `"${path}"`);
  throw new InvalidOptionError(
    "options.from",
    from,
    `the path of a step that the run was at${shown.length === 0 ? "" : `, such as ${shown.join(", ")}`}`,
  );
}
