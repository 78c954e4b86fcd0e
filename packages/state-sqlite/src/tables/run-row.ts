import type { Awaiting, NewRun, RunEnding, RunRecord, RunStatus } from "@flujo/core/protocols";
import { type UsageRow, usageFromRow, usageToRow } from "./usage-columns.ts";

/** A run with how it began and how it last ended or paused: `runs`, `run_beginnings` and `run_endings`, joined. */
export interface RunRow extends UsageRow {
  readonly id: bigint;
  readonly run_id: string;
  readonly pipeline: string;
  readonly status: RunStatus;
  readonly created_at: number;
  readonly updated_at: number;
  readonly ended_at: number | null;
  readonly lease_owner: string | null;
  readonly lease_expires_at: number | null;
  readonly plan: string;
  readonly input: string;
  readonly context: string;
  readonly output: string | null;
  readonly error: string | null;
  readonly final_context: string | null;
  readonly awaiting: string | null;
}

/** The columns of how a run began whose texts may be large. */
export const BEGINNING_TEXTS: readonly ("plan" | "input" | "context")[] = ["plan", "input", "context"];
/** The columns of how a run ended whose texts may be large. */
export const ENDING_TEXTS: readonly ("output" | "error" | "final_context")[] = ["output", "error", "final_context"];

export interface TagRow {
  readonly name: string;
  readonly value: string;
}

/** How a run begins, as the parameters of its statements. */
export function newRunToRow(
  run: NewRun,
): Pick<RunRow, "run_id" | "pipeline" | "created_at" | "plan" | "input" | "context"> {
  return {
    run_id: run.runId,
    pipeline: run.pipeline,
    created_at: run.createdAt,
    plan: run.plan,
    input: run.input,
    context: run.context,
  };
}

type EndingColumn = "status" | "ended_at" | "output" | "error" | "final_context" | "awaiting" | keyof UsageRow;

/** How a run ends or pauses, as the parameters of its statements. */
export function endingToRow(ending: RunEnding): Pick<RunRow, EndingColumn> {
  return {
    status: ending.status,
    ended_at: ending.endedAt,
    output: ending.output ?? null,
    error: ending.error ?? null,
    final_context: ending.finalContext,
    awaiting: JSON.stringify(ending.awaiting),
    ...usageToRow(ending.usage),
  };
}

/** @param driven - whether somebody holds the run's lease at the time of asking */
export function runFromRow(row: RunRow, tags: readonly TagRow[], driven: boolean): RunRecord {
  const usage = usageFromRow(row);
  return {
    runId: row.run_id,
    pipeline: row.pipeline,
    plan: row.plan,
    input: row.input,
    context: row.context,
    tags: Object.fromEntries(tags.map(({ name, value }) => [name, value])),
    createdAt: row.created_at,
    status: row.status,
    ...(row.output !== null && { output: row.output }),
    ...(row.error !== null && { error: row.error }),
    ...(row.final_context !== null && { finalContext: row.final_context }),
    awaiting: row.awaiting === null ? [] : (JSON.parse(row.awaiting) as Awaiting[]),
    ...(usage && { usage }),
    ...(row.ended_at !== null && { endedAt: row.ended_at }),
    updatedAt: row.updated_at,
    driven,
  };
}
