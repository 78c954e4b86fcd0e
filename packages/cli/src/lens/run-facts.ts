import type { RunRecord } from "@flujo/core/protocols";
import { usageFacts } from "../format/json.ts";
import { lengthOf, shownStatus } from "./run-status.ts";

/** What `--json` tells of a run wherever one is shown. */
export function runFacts(run: RunRecord): Readonly<Record<string, unknown>> {
  const { runId, pipeline, createdAt, updatedAt, endedAt, tags, usage, awaiting } = run;
  return {
    runId,
    pipeline,
    status: shownStatus(run),
    createdAt,
    updatedAt,
    endedAt: endedAt ?? null,
    durationMs: lengthOf(run, Date.now()),
    tags,
    awaiting,
    usage: usage === undefined ? null : usageFacts(usage),
  };
}
