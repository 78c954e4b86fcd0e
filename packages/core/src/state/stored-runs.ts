import type { FlujoError } from "@flujo/dsl";
import { RecordedError, toStoredError } from "../errors/recorded-error.ts";
import { reportSteps } from "../journal/step-reports.ts";
import { RunNotFoundError } from "../protocols/errors/run-not-found-error.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { RunEnding, RunRecord, StoredError } from "../protocols/run-record.ts";
import type { RunResult } from "../protocols/run-result.ts";
import type { Lease, Signal } from "../protocols/state-backend.ts";
import type { RunBeginning, RunConclusion, StateManager } from "../protocols/state-manager.ts";
import { NO_USAGE } from "../protocols/usage.ts";
import { keepLease, LEASE_TTL_MS } from "./lease-keeper.ts";
import type { StoredParts } from "./stored-parts.ts";

/** Runs in a state backend. */
export class StoredRuns implements StateManager {
  readonly #parts: StoredParts;

  constructor(parts: StoredParts) {
    this.#parts = parts;
  }

  create(run: RunBeginning, history: readonly JournalEntry[] = []): Promise<boolean> {
    return this.#parts.state.createRun({ ...run, createdAt: this.#parts.clock.now() }, history);
  }

  async read(runId: string): Promise<RunRecord> {
    const record = await this.#parts.state.getRun(runId);
    if (record === undefined) throw new RunNotFoundError(runId);
    return record;
  }

  lease(runId: string): Promise<Lease | undefined> {
    return this.#parts.state.acquireLease(runId, LEASE_TTL_MS);
  }

  keep(lease: Lease, onLost: (error: FlujoError) => void): () => void {
    return keepLease(lease, this.#parts, onLost);
  }

  release(lease: Lease): Promise<void> {
    return this.#parts.state.releaseLease(lease);
  }

  answers(runId: string): Promise<readonly Signal[]> {
    return this.#parts.state.readSignals(runId);
  }

  end(lease: Lease, conclusion: RunConclusion): Promise<boolean> {
    const { state, serializer, clock } = this.#parts;
    const { context, usage } = conclusion;
    const ending: RunEnding = {
      ...this.#ending(conclusion),
      finalContext: serializer.stringify(context),
      usage,
      endedAt: clock.now(),
    };
    return state.endRun(lease, ending);
  }

  #ending(conclusion: RunConclusion): Pick<RunEnding, "status" | "output" | "error" | "awaiting"> {
    const { serializer } = this.#parts;
    const { status } = conclusion;
    switch (status) {
      case "completed":
        return { status, output: serializer.stringify(conclusion.output), awaiting: [] };
      case "paused":
        return { status, awaiting: conclusion.awaiting };
      default:
        return {
          status,
          error: serializer.stringify(toStoredError(conclusion.error, (value) => serializer.stringify(value))),
          awaiting: [],
        };
    }
  }

  async result(record: RunRecord): Promise<RunResult<unknown>> {
    const { state, serializer } = this.#parts;
    const parse = (text: string | undefined): unknown => (text === undefined ? undefined : serializer.parse(text));
    const error = record.error === undefined ? undefined : new RecordedError(parse(record.error) as StoredError);
    const { steps, degraded } = reportSteps(await state.readEntries(record.runId), serializer);
    return {
      runId: record.runId,
      context: parse(record.finalContext ?? record.context),
      usage: record.usage ?? NO_USAGE,
      steps,
      degraded,
      status: record.status,
      ...(record.status === "completed" ? { output: parse(record.output) } : {}),
      ...(record.status === "paused" ? { awaiting: record.awaiting } : {}),
      ...(record.status === "failed" ? { error } : {}),
      ...(record.status === "cancelled" ? { reason: error?.message } : {}),
    } as RunResult<unknown>;
  }
}
