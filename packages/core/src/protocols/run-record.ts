import type { Usage } from "./usage.ts";

/** `running` also names a run whose driver is gone; see {@link RunRecord.driven}. */
export type RunStatus = "running" | "paused" | "completed" | "failed" | "cancelled";

/** Of a run that is over: it is neither driven nor answered any more. */
export type EndedStatus = Exclude<RunStatus, "running" | "paused">;

/** A question that a paused run waits for. */
export interface Awaiting {
  /** Names this pause and no other; unguessable. */
  readonly token: string;
  readonly path: string;
  readonly prompt: string;
  /** When an answer comes too late, in milliseconds since the epoch; absent: never. */
  readonly deadline?: number;
  /** JSON Schema of the answer, where the step's schema can be expressed in it. */
  readonly schema?: Readonly<Record<string, unknown>>;
}

/** What is written down when a run begins. */
export interface NewRun {
  readonly runId: string;
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** The pipeline's `describe()` as JSON: what a resumed run's plan is compared with. */
  readonly plan: string;
  /** Serialized. */
  readonly input: string;
  /** The context that the run began with, serialized. */
  readonly context: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** How a run ended, or what it waits for. */
export interface RunEnding {
  readonly status: Exclude<RunStatus, "running">;
  /** Serialized; present if completed. */
  readonly output?: string;
  /** Serialized {@link StoredError}; present if failed or cancelled. */
  readonly error?: string;
  /** The context as it was left, serialized. */
  readonly finalContext: string;
  readonly awaiting: readonly Awaiting[];
  readonly usage: Usage;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
}

/** A run as it is stored. */
export interface RunRecord extends NewRun, Partial<Omit<RunEnding, "status" | "awaiting">> {
  readonly status: RunStatus;
  readonly awaiting: readonly Awaiting[];
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
  /** Whether somebody holds the run's lease now. A run that is `running` and not driven can be recovered. */
  readonly driven: boolean;
}

/** A recorded error, in a form that can be stored. */
export interface StoredError {
  readonly name: string;
  readonly code: string;
  readonly category: string;
  readonly retryable: boolean;
  readonly message: string;
  readonly path?: string;
  readonly stack?: string;
  /** What else the error's class keeps of it, as far as it can be stored. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly cause?: StoredError;
}
