import { MemoryStateBackend } from "@flujo/core";
import type {
  JournalEntry,
  Lease,
  NewRun,
  ReadEntriesOptions,
  RunEnding,
  RunPage,
  RunQuery,
  RunRecord,
  RunRetention,
  Signal,
  StateBackend,
  StateCapabilities,
} from "@flujo/core/protocols";

/** Keeps runs until it is told to forget them all: what is left then is what runs leave behind elsewhere. */
export class PassingBackend implements StateBackend {
  #runs = new MemoryStateBackend();

  forget(): void {
    this.#runs = new MemoryStateBackend();
  }

  get capabilities(): StateCapabilities {
    return this.#runs.capabilities;
  }

  createRun(run: NewRun, history?: readonly JournalEntry[]): Promise<boolean> {
    return this.#runs.createRun(run, history);
  }

  getRun(runId: string): Promise<RunRecord | undefined> {
    return this.#runs.getRun(runId);
  }

  listRuns(query?: RunQuery): Promise<RunPage> {
    return this.#runs.listRuns(query);
  }

  acquireLease(runId: string, ttlMs: number): Promise<Lease | undefined> {
    return this.#runs.acquireLease(runId, ttlMs);
  }

  renewLease(lease: Lease, ttlMs: number): Promise<boolean> {
    return this.#runs.renewLease(lease, ttlMs);
  }

  releaseLease(lease: Lease): Promise<void> {
    return this.#runs.releaseLease(lease);
  }

  readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]> {
    return this.#runs.readEntries(runId, options);
  }

  appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
    return this.#runs.appendEntries(lease, entries);
  }

  endRun(lease: Lease, ending: RunEnding): Promise<boolean> {
    return this.#runs.endRun(lease, ending);
  }

  putSignal(runId: string, signal: Signal): Promise<boolean> {
    return this.#runs.putSignal(runId, signal);
  }

  readSignals(runId: string): Promise<readonly Signal[]> {
    return this.#runs.readSignals(runId);
  }

  deleteRuns(retention: RunRetention): Promise<number> {
    return this.#runs.deleteRuns(retention);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
