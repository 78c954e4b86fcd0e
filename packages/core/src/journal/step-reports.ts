import { RecordedError } from "../errors/recorded-error.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { StoredError } from "../protocols/run-record.ts";
import type { StepReport } from "../protocols/run-result.ts";
import type { Serializer } from "../protocols/serializer.ts";
import { NO_USAGE } from "../protocols/usage.ts";
import { FORK } from "./fork-point.ts";

/** The decision by which an optional step was left out. */
export const OMITTED = "omitted";

const NOT_A_STEP = new Set(["decision", "attempt", FORK]);

/** What a result tells of each step, and whether any was left out. */
export function reportSteps(
  entries: Iterable<JournalEntry>,
  serializer: Serializer,
): { readonly steps: readonly StepReport[]; readonly degraded: boolean } {
  // The decision to leave a step out is recorded before the step is.
  const omitted = new Set<string>();
  const steps: StepReport[] = [];
  for (const { path, name, kind, status, attempts, startedAt, endedAt, usage = NO_USAGE, error } of entries) {
    if (kind === "decision" && path.endsWith(`:${OMITTED}`)) omitted.add(path);
    if (NOT_A_STEP.has(kind)) continue;
    const report = { path, name, kind, status, attempts, startedAt, durationMs: endedAt - startedAt, usage };
    if (omitted.size === 0 && error === undefined) {
      steps.push(report);
      continue;
    }
    steps.push({
      ...report,
      ...(omitted.has(`${path}:${OMITTED}`) ? { omitted: true as const } : {}),
      ...(error === undefined ? {} : { error: new RecordedError(serializer.parse(error) as StoredError) }),
    });
  }
  return { steps, degraded: omitted.size > 0 };
}
