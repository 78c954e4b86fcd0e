import type { JournalEntry } from "./journal-entry.ts";
import type { EndedStatus, NewRun, RunEnding, RunRecord, RunStatus } from "./run-record.ts";
import { type ServiceToken, token } from "./token.ts";

/**
 * Where runs are kept. Values arrive serialized: a backend stores text and never looks inside.
 *
 * Every write that takes a {@link Lease} is refused with a `LeaseLostError`, within the write's own
 * transaction, unless that lease is still the run's newest. A lease whose time ran out stays good for
 * writing until somebody else takes the run; one that was given back is good for nothing.
 * When a write's promise resolves, the write is durable at the level that `capabilities` promises.
 *
 * Times that a backend takes by itself (when a lease runs out, `updatedAt`) are of the clock that it was given. Where several hosts share a store,
 * that has to be one clock for all of them, the store's own for one: a backend whose clock is ahead of the one that gave a lease takes that lease
 * for over too soon, one that is behind too late, by the difference and never for longer. Neither writes anything twice: fencing goes by epochs,
 * which no clock has a part in.
 *
 * A record's `updatedAt` is when the run was last created, leased, given back, paused or ended.
 * Once disposed of, a backend answers every call with a `StateError`.
 *
 * `describeStateBackend` of `@flujo/testing` is this contract as a test suite.
 */
export interface StateBackend extends AsyncDisposable {
  readonly capabilities: StateCapabilities;

  /**
   * Writes down a new run, status `running`, not driven. Resolves to false, and writes nothing, if the id is taken.
   *
   * @param history - entries that it begins with, in one transaction with the run itself; of another run's, for a fork
   */
  createRun(run: NewRun, history?: readonly JournalEntry[]): Promise<boolean>;
  getRun(runId: string): Promise<RunRecord | undefined>;
  /**
   * Newest first by `createdAt`, then by `runId` descending.
   *
   * @throws {@link InvalidOptionError} if `limit` is out of range or `cursor` comes from nowhere
   */
  listRuns(query?: RunQuery): Promise<RunPage>;

  /**
   * Makes the caller the run's driver: a lease with an epoch above all earlier ones, for `ttlMs`
   * milliseconds. Resolves to undefined if somebody else holds a live lease, or there is no such run.
   * A paused run becomes `running`, and keeps what the pause stored until it ends or pauses again;
   * one that has ended (completed, failed, cancelled) can't be leased.
   * The backend may see that the holder is dead and need not wait for the end of its time.
   *
   * @throws {@link InvalidOptionError} unless `ttlMs` is finite and above 0
   */
  acquireLease(runId: string, ttlMs: number): Promise<Lease | undefined>;
  /** From now, for `ttlMs` milliseconds. Resolves to false if the lease was lost or given back. */
  renewLease(lease: Lease, ttlMs: number): Promise<boolean>;
  /** Gives the lease back; the run keeps its status. Does nothing if the lease was lost. */
  releaseLease(lease: Lease): Promise<void>;

  /** In the order in which they were appended. */
  readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]>;
  /** All or none of them. An entry whose path is taken is refused with a `StateError`. */
  appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void>;

  /**
   * Writes down how the run ended, or that it is paused, and gives the lease back, in one transaction.
   * If the ending is a pause and a signal is already stored for one of the paths that it awaits,
   * nothing is written, the lease is kept, and it resolves to false: the run can go on at once.
   */
  endRun(lease: Lease, ending: RunEnding): Promise<boolean>;

  /**
   * Stores an answer for a path. The first stays: resolves to false if there is one already.
   *
   * @throws {@link RunNotFoundError}
   */
  putSignal(runId: string, signal: Signal): Promise<boolean>;
  /** All signals, in the order in which they were put. */
  readSignals(runId: string): Promise<readonly Signal[]>;

  /**
   * Deletes runs that have ended, with all that is kept of them, oldest ending first. Runs that are running or paused are never deleted, whatever
   * is asked for. Resolves to how many were deleted: fewer than `limit` when there are no more.
   *
   * Each run goes as a whole or stays as a whole. What another run took over from its history stays with that one. Its id is free again.
   *
   * @throws {@link InvalidOptionError} naming the first option that can't be used, one that nobody knows included
   */
  deleteRuns(retention: RunRetention): Promise<number>;

  /** Closes files and connections; leases still held are given back. A second call does nothing. */
  [Symbol.asyncDispose](): Promise<void>;
}

export const StateBackend: ServiceToken<StateBackend> = token<StateBackend>("StateBackend");

export interface StateCapabilities {
  /** What survives: nothing, the end of the process, or loss of power too. */
  readonly durability: "none" | "process" | "power";
  /** Who can drive and read the same runs. */
  readonly sharedBy: "process" | "host" | "network";
}

/** The right to drive a run. */
export interface Lease {
  readonly runId: string;
  /** Counts the leases of this run, from 1. The fencing token: writes with an older one are refused. */
  readonly epoch: number;
}

export interface ReadEntriesOptions {
  /** Without those that a later entry folds. Default false. */
  readonly unfolded?: boolean;
}

/** An answer to a pause. */
export interface Signal {
  readonly path: string;
  /** Serialized. */
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface RunQuery {
  /** Any of them. */
  readonly status?: readonly RunStatus[];
  readonly pipeline?: string;
  /** Runs that bear all of these tags, with these values. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Created at or after, in milliseconds since the epoch. */
  readonly createdSince?: number;
  /** Created before, in milliseconds since the epoch. */
  readonly createdBefore?: number;
  /** Most runs to give. Whole, 1 to 1000. Default 50. */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly cursor?: string;
}

/** Which runs are not kept any longer. */
export interface RunRetention {
  /** Those that ended before, in milliseconds since the epoch. */
  readonly endedBefore: number;
  /** Any of them. Default: completed, failed and cancelled. */
  readonly status?: readonly EndedStatus[];
  readonly pipeline?: string;
  /** Runs that bear all of these tags, with these values. */
  readonly tags?: Readonly<Record<string, string>>;
  /** Most runs to delete. Whole, 1 to 10 000. Default 1000. */
  readonly limit?: number;
}

export interface RunPage {
  readonly runs: readonly RunRecord[];
  /** For the page after; absent on the last one. */
  readonly next?: string;
}
