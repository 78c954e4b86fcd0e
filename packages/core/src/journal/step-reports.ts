import { RecordedError } from "../errors/recorded-error.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { StoredError } from "../protocols/run-record.ts";
import type { StepReport } from "../protocols/run-result.ts";
import type { Serializer } from "../protocols/serializer.ts";
import { NO_USAGE } from "../protocols/usage.ts";
import { DECISION, isStepEntry } from "./entry-kind.ts";

/** The decision by which an optional step was left out. */
export const OMITTED = "omitted";

/** What a result tells of each step, and whether any was left out. */
export function reportSteps(
  entries: Iterable<JournalEntry>,
  serializer: Serializer,
): { readonly steps: readonly StepReport[]; readonly degraded: boolean } {
  // The decision to leave a step out is recorded before the step is.
  const omitted = new Set<string>();
  const steps: StepReport[] = [];
  for (const entry of entries) {
    const { path, name, kind, status, attempts, startedAt, endedAt, usage = NO_USAGE, error } = entry;
    if (isOmission(entry)) omitted.add(path);
    if (!isStepEntry(entry)) continue;
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

/** Whether an entry is the decision by which an optional step was left out. */
export function isOmission({ kind, path }: Pick<JournalEntry, "kind" | "path">): boolean {
  return kind === DECISION && path.endsWith(`:${OMITTED}`);
}
