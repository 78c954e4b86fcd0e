import type { RunRecord, RunStatus } from "@flujo/core/protocols";
import type { Style } from "../format/paint.ts";

/** A run's status as it is shown: one that is `running` and that nobody drives is `interrupted`. */
export type ShownStatus = RunStatus | "interrupted";

export const SHOWN_STATUSES: readonly ShownStatus[] = [
  "running",
  "interrupted",
  "paused",
  "completed",
  "failed",
  "cancelled",
];

export const STATUS_STYLES: Readonly<Record<ShownStatus, Style>> = {
  running: "cyan",
  interrupted: "yellow",
  paused: "yellow",
  completed: "green",
  failed: "red",
  cancelled: "dim",
};

export function shownStatus({ status, driven }: Pick<RunRecord, "status" | "driven">): ShownStatus {
  return status === "running" && !driven ? "interrupted" : status;
}

/** How long a run has lasted, in milliseconds; until `now` if it goes on. */
export function lengthOf({ createdAt, endedAt, updatedAt, status, driven }: RunRecord, now: number): number {
  if (endedAt !== undefined) return endedAt - createdAt;
  return (status === "running" && driven ? now : updatedAt) - createdAt;
}
