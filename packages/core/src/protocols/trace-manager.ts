import type { Awaiting, RunStatus, StoredError } from "./run-record.ts";
import { type ServiceToken, token } from "./token.ts";
import type { Usage } from "./usage.ts";

/** Tells what became of each step of a run, as a tree: of runs that go on, that wait and that are over, as far as is recorded. */
export interface TraceManager {
  /** @throws {@link RunNotFoundError} */
  trace(runId: string): Promise<RunTrace>;
}

export const TraceManager: ServiceToken<TraceManager> = token<TraceManager>("TraceManager");

/** A run with all that is recorded of its steps. Plain data. */
export interface RunTrace {
  readonly runId: string;
  readonly pipeline: string;
  readonly status: RunStatus;
  /** When the run was created, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Of the run, the times in which it waited included; absent until it has ended. */
  readonly durationMs?: number;
  /** As it was written down when the run last paused or ended; absent before. */
  readonly usage?: Usage;
  /** Why it failed or was cancelled. */
  readonly error?: StoredError;
  /** Whether an optional step was left out, for want of room to do it. */
  readonly degraded: boolean;
  /** The run itself, at the empty path: what is in it are the pipeline's steps. */
  readonly root: TraceSpan;
}

/** A step of a run, or a place between steps, such as an item or a branch. */
export interface TraceSpan {
  readonly path: string;
  /** The step's name; of a place without a step of its own what its path says of it: `topics`, `#3`, `@17`, `attempt 2`. */
  readonly name: string;
  /** The step's kind. Absent for a place without a step of its own, and for a step that has not settled. */
  readonly kind?: string;
  /**
   * How it ended, or that it waits for an answer; of a place without a step of its own, how all that is in it stands.
   * `unsettled`: nothing is recorded of how it ended, for it goes on, or was interrupted or cancelled.
   */
  readonly status: "completed" | "failed" | "paused" | "unsettled";
  /** Milliseconds since the epoch. Of what has not settled, when the first thing that is recorded in it began, if there is any. */
  readonly startedAt?: number;
  /** Of what has not settled, up to the last thing that is recorded in it. Absent with `startedAt`. */
  readonly durationMs?: number;
  /** Of what has settled all attempts, 0 if its outcome came from the cache or it was left out; else those that failed so far. */
  readonly attempts: number;
  /** Of the step and all in it. Absent if no model was called, and until it has settled. */
  readonly usage?: Usage;
  /** Present if it failed. */
  readonly error?: StoredError;
  /** What it decided, in order. */
  readonly decisions: readonly TraceDecision[];
  /** Its attempts that failed and were followed by more work, in order. */
  readonly failedAttempts: readonly TraceAttempt[];
  /** What it asks, if the run waits for its answer. */
  readonly awaiting?: Awaiting;
  /** Whether it was left out under load, and its output is what stands in for it. */
  readonly omitted?: true;
  /** The id of the run that this one was forked from, at this step. */
  readonly forkedFrom?: string;
  /** In the order in which they began, items and iterations in that of their numbers; what has not begun comes last. */
  readonly children: readonly TraceSpan[];
}

interface Recorded {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
}

/** Something that a step decided: a value, or the error that deciding ended with. */
export interface TraceDecision extends Recorded {
  /** Of the decision: the step's own path, a colon, and the decision's name. */
  readonly path: string;
  /** `on`, `until#2`. */
  readonly name: string;
  readonly value?: unknown;
  readonly error?: StoredError;
}

/** An attempt at a step that failed and was followed by more work. */
export interface TraceAttempt extends Recorded {
  /** From 1. */
  readonly attempt: number;
  /** Absent if no model was called. */
  readonly usage?: Usage;
  readonly error: StoredError;
}
