import { RecordedError } from "../errors/recorded-error.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { StoredError } from "../protocols/run-record.ts";
import type { StepReport } from "../protocols/run-result.ts";
import type { Serializer } from "../protocols/serializer.ts";
import { NO_USAGE } from "../protocols/usage.ts";

/** The decision by which an optional step was left out. */
export const OMITTED = "omitted";

const NOT_A_STEP = new Set(["decision", "attempt", "fork"]);

/** What a result tells of each step, and whether any was left out. */
export function reportSteps(
  entries: Iterable<JournalEntry>,
  serializer: Serializer,
): { readonly steps: readonly StepReport[]; readonly degraded: boolean } {
  const all = [...entries];
  const omitted = new Set(
    all.filter(({ kind, path }) => kind === "decision" && path.endsWith(`:${OMITTED}`)).map(({ path }) => path),
  );
  const steps = all
    .filter(({ kind }) => !NOT_A_STEP.has(kind))
    .map(({ path, name, kind, status, attempts, startedAt, endedAt, usage = NO_USAGE, error }) => ({
      path,
      name,
      kind,
      status,
      attempts,
      startedAt,
      durationMs: endedAt - startedAt,
      usage,
      ...(omitted.has(`${path}:${OMITTED}`) ? { omitted: true as const } : {}),
      ...(error === undefined ? {} : { error: new RecordedError(serializer.parse(error) as StoredError) }),
    }));
  return { steps, degraded: omitted.size > 0 };
}
