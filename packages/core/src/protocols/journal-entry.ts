import type { Usage } from "./usage.ts";

/** The recorded outcome of a node, a decision or a failed attempt, at one path of one run. Never changed once written. */
export interface JournalEntry {
  /**
   * Unique within the run: `refine#3/critique`; what is recorded about a step has a colon after the
   * step's own path: `refine#3:until`, `fetch:attempt#1`.
   */
  readonly path: string;
  /** The step's kind; or `decision`; or `attempt`, for one that failed and was followed by more work. */
  readonly kind: string;
  /** Name of the step. */
  readonly name: string;
  readonly status: "completed" | "failed";
  /** Serialized; present if completed. */
  readonly output?: string;
  /** Serialized {@link StoredError}; present if failed. */
  readonly error?: string;
  /** Serialized changes that the node, with all below it, made to the context; absent if none. */
  readonly patches?: string;
  /** Attempts made, the last included; 0 if the outcome came from the cache. */
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  /** Of the node and all below it, failed attempts included; absent if no model was called. */
  readonly usage?: Usage;
  /** Of a failed attempt that is followed by another: when that may begin, in milliseconds since the epoch. */
  readonly retryAt?: number;
  /**
   * Whether it stands for all that was recorded below its node before it, so that whoever goes on with the run need not read that. Set
   * on an entry that stands for many others. "Below": entries whose path begins with this entry's path up to its first colon (all of it
   * if it has none; everything, if that is empty), followed by one of `/ [ # @ ! :`. Earlier entries only, never itself.
   */
  readonly folds?: true;
}
