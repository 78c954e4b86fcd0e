import type { Awaiting, RunRecord, RunStatus } from "@flujo/core/protocols";
import { restored } from "./storable.ts";
import { tagsFromJson } from "./tags.ts";
import { type UsageRow, usageFromRow } from "./usage-columns.ts";

/** A run with how it began and how it last ended or paused: `runs`, `run_beginnings` and `run_endings`, joined. */
export interface RunRow extends UsageRow {
  readonly run_id: string;
  readonly pipeline: string;
  readonly status: RunStatus;
  readonly tags: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly ended_at: number | null;
  readonly lease_owner: string | null;
  /** Whether the time of the lease is not over. */
  readonly leased: boolean | null;
  readonly plan: string;
  readonly input: string;
  readonly context: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly final_context: string | null;
  readonly awaiting: string | null;
}

/** @param driven - whether somebody holds the run's lease at the time of asking */
export function runFromRow(row: RunRow, driven: boolean): RunRecord {
  const usage = usageFromRow(row);
  return {
    runId: restored(row.run_id),
    pipeline: restored(row.pipeline),
    plan: restored(row.plan),
    input: restored(row.input),
    context: restored(row.context),
    tags: tagsFromJson(row.tags),
    createdAt: row.created_at,
    status: row.status,
    ...(row.output !== null && { output: restored(row.output) }),
    ...(row.error !== null && { error: restored(row.error) }),
    ...(row.final_context !== null && { finalContext: restored(row.final_context) }),
    awaiting: row.awaiting === null ? [] : (JSON.parse(row.awaiting) as Awaiting[]),
    ...(usage && { usage }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    updatedAt: row.updated_at,
    driven,
  };
}
