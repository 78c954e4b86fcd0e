import { RecordedError } from "../errors/recorded-error.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { RunRecord, StoredError } from "../protocols/run-record.ts";
import type { RunResult, StepReport } from "../protocols/run-result.ts";
import type { Serializer } from "../protocols/serializer.ts";
import { NO_USAGE } from "../protocols/usage.ts";

/** The result of a run that has ended, or is paused, from what is stored of it. */
export function storedResult(
  record: RunRecord,
  entries: readonly JournalEntry[],
  serializer: Serializer,
): RunResult<unknown> {
  const parse = (text: string | undefined): unknown => (text === undefined ? undefined : serializer.parse(text));
  const error = record.error === undefined ? undefined : new RecordedError(parse(record.error) as StoredError);
  return {
    runId: record.runId,
    context: parse(record.finalContext ?? record.context),
    usage: record.usage ?? NO_USAGE,
    steps: reportSteps(entries, serializer),
    status: record.status,
    ...(record.status === "completed" ? { output: parse(record.output) } : {}),
    ...(record.status === "paused" ? { awaiting: record.awaiting } : {}),
    ...(record.status === "failed" ? { error } : {}),
    ...(record.status === "cancelled" ? { reason: error?.message } : {}),
  } as RunResult<unknown>;
}

const NOT_A_STEP = new Set(["decision", "attempt"]);

/** What a result tells of each step. */
export function reportSteps(entries: Iterable<JournalEntry>, serializer: Serializer): readonly StepReport[] {
  return [...entries]
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
      ...(error === undefined ? {} : { error: new RecordedError(serializer.parse(error) as StoredError) }),
    }));
}
