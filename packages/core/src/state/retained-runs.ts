import type { RunStatus } from "../protocols/run-record.ts";
import type { ResolvedRunRetention } from "../protocols/run-retention.ts";
import { isOneOf, type RunHead } from "./run-listing.ts";

/** How a run stands, as far as it counts for whether it is kept. */
export interface RunStanding {
  readonly status: RunStatus;
  /** When it ended or last paused, in milliseconds since the epoch. */
  readonly endedAt: number | undefined;
}

/** Whether a run is not kept any longer. One that is running or paused always is. */
export function isPastRetention(run: RunHead, standing: RunStanding, retention: ResolvedRunRetention): boolean {
  const { status, endedAt } = standing;
  return (
    status !== "running" &&
    status !== "paused" &&
    endedAt !== undefined &&
    endedAt < retention.endedBefore &&
    retention.status.includes(status) &&
    isOneOf(run, retention)
  );
}
