import type { Usage } from "./usage.ts";

/** The recorded outcome of the node, or the decision, at one path of one run. Never changed once written. */
export interface JournalEntry {
  /** Unique within the run: `refine#3/critique`; a decision's is its step's, then a colon and a name: `refine#3:until`. */
  readonly path: string;
  /** The step's kind, or `decision`. */
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
  /** Attempts made, the last included. */
  readonly attempts: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  /** Of the node and all below it, failed attempts included; absent if no model was called. */
  readonly usage?: Usage;
}
