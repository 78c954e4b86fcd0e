import type { RunQuery, RunRecord, RunStatus, StateBackend } from "@flujo/core/protocols";
import { allRuns } from "./find-run.ts";
import { type ShownStatus, shownStatus } from "./run-status.ts";

/** Which runs are looked at. What is absent leaves none out. */
export interface RunFilters {
  /** Any of them. */
  readonly status?: readonly ShownStatus[];
  readonly pipeline?: string;
  /** Begun at or after, in milliseconds since the epoch. */
  readonly since?: number;
  /** All of them, with these values. */
  readonly tag?: Readonly<Record<string, string>>;
}

/**
 * The runs that fit, newest first. They are read a page at a time, and no page before it is wanted.
 *
 * @param pageSize - most runs to read at a time, where so few are wanted; see {@link allRuns}
 */
export async function* selectRuns(
  state: StateBackend,
  { status, pipeline, since, tag }: RunFilters,
  pageSize?: number,
): AsyncGenerator<RunRecord> {
  const stored = status?.map((shown): RunStatus => (shown === "interrupted" ? "running" : shown));
  const query: RunQuery = {
    ...(pageSize === undefined ? {} : { limit: pageSize }),
    ...(stored === undefined ? {} : { status: [...new Set(stored)] }),
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(since === undefined ? {} : { createdSince: since }),
    ...(tag === undefined ? {} : { tags: tag }),
  };
  for await (const run of allRuns(state, query)) {
    if (status === undefined || status.includes(shownStatus(run))) yield run;
  }
}
