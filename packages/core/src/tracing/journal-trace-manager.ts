import { isOmission } from "../journal/step-reports.ts";
import { RunNotFoundError } from "../protocols/errors/run-not-found-error.ts";
import type { StoredError } from "../protocols/run-record.ts";
import type { Serializer } from "../protocols/serializer.ts";
import type { StateBackend } from "../protocols/state-backend.ts";
import type { RunTrace, TraceManager } from "../protocols/trace-manager.ts";
import { traceTree } from "./trace-tree.ts";

/** What traces are made of. */
export interface JournalTraceParts {
  readonly state: Pick<StateBackend, "getRun" | "readEntries">;
  readonly serializer: Pick<Serializer, "parse">;
}

/**
 * Traces from what a state backend has of a run. Needs no runner, and disturbs none: nothing is written.
 *
 * A trace of a run that goes on shows what was settled at the latest when its journal was read.
 */
export class JournalTraceManager implements TraceManager {
  readonly #state: JournalTraceParts["state"];
  readonly #serializer: JournalTraceParts["serializer"];

  /** @param parts - where the runs are, and the serializer that they were written with */
  constructor({ state, serializer }: JournalTraceParts) {
    this.#state = state;
    this.#serializer = serializer;
  }

  async trace(runId: string): Promise<RunTrace> {
    const record = await this.#state.getRun(runId);
    if (record === undefined) throw new RunNotFoundError(runId);
    const entries = await this.#state.readEntries(runId);
    const { pipeline, status, createdAt, endedAt, usage, error, awaiting } = record;
    const over = status !== "running" && status !== "paused";
    const root = traceTree(entries, awaiting, {
      value: (text) => this.#serializer.parse(text),
      error: (text) => this.#readError(text),
    });
    return {
      runId,
      pipeline,
      status,
      startedAt: createdAt,
      ...(over && endedAt !== undefined ? { durationMs: endedAt - createdAt } : {}),
      ...(usage === undefined ? {} : { usage }),
      ...(error === undefined ? {} : { error: this.#readError(error) }),
      degraded: entries.some(isOmission),
      root: { ...root, name: pipeline },
    };
  }

  /** What is stored as an error; whatever else is found in its place is shown in the shape of one. */
  #readError(text: string): StoredError {
    const stored = this.#serializer.parse(text);
    const isError = typeof stored === "object" && stored !== null && "message" in stored;
    return isError ? (stored as StoredError) : { ...NOT_AN_ERROR, message: String(stored) };
  }
}

const NOT_AN_ERROR = { name: "Error", code: "error", category: "unknown", retryable: false };
