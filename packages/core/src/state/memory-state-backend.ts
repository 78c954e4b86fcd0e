import type { Clock } from "../protocols/clock.ts";
import { LeaseLostError } from "../protocols/errors/lease-lost-error.ts";
import { RunNotFoundError } from "../protocols/errors/run-not-found-error.ts";
import { StateError } from "../protocols/errors/state-error.ts";
import { unfoldedOf } from "../protocols/folding.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { NewRun, RunEnding, RunRecord, RunStatus } from "../protocols/run-record.ts";
import { resolveRunRetention } from "../protocols/run-retention.ts";
import type {
  Lease,
  ReadEntriesOptions,
  RunPage,
  RunQuery,
  RunRetention,
  Signal,
  StateBackend,
  StateCapabilities,
} from "../protocols/state-backend.ts";
import { checkTtl } from "./check-ttl.ts";
import { isPastRetention } from "./retained-runs.ts";
import { matches, newestFirst, resolveRunQuery, toPage } from "./run-listing.ts";

export interface MemoryStateOptions {
  /** What leases are timed by. Default: the machine's clock. */
  readonly clock?: Pick<Clock, "now">;
}

interface StoredRun {
  readonly begun: NewRun;
  /** The newest, a pause included. */
  ending: RunEnding | undefined;
  status: RunStatus;
  updatedAt: number;
  /** Of the newest lease; 0 before the first. */
  epoch: number;
  /** When the newest lease runs out; undefined if it was given back. */
  leasedUntil: number | undefined;
  /** By path, in the order in which they were appended. */
  readonly entries: Map<string, JournalEntry>;
  readonly signals: Map<string, Signal>;
}

/** Keeps runs in the memory of this process, until it is disposed of: for tests, and for work that nobody resumes. */
export class MemoryStateBackend implements StateBackend {
  readonly capabilities: StateCapabilities = { durability: "none", sharedBy: "process" };
  readonly #clock: Pick<Clock, "now">;
  readonly #runs = new Map<string, StoredRun>();
  #disposed = false;

  constructor({ clock = { now: () => Date.now() } }: MemoryStateOptions = {}) {
    this.#clock = clock;
  }

  async createRun(run: NewRun, history: readonly JournalEntry[] = []): Promise<boolean> {
    const runs = this.#open();
    if (runs.has(run.runId)) return false;
    const stored: StoredRun = {
      begun: { ...run, tags: Object.freeze({ ...run.tags }) },
      ending: undefined,
      status: "running",
      updatedAt: run.createdAt,
      epoch: 0,
      leasedUntil: undefined,
      entries: new Map(),
      signals: new Map(),
    };
    append(stored, history);
    runs.set(run.runId, stored);
    return true;
  }

  async getRun(runId: string): Promise<RunRecord | undefined> {
    const run = this.#open().get(runId);
    return run && this.#record(run);
  }

  async listRuns(query: RunQuery = {}): Promise<RunPage> {
    const resolved = resolveRunQuery(query);
    const found = [...this.#open().values()]
      .filter((run) => matches(run.begun, resolved) && (query.status?.includes(run.status) ?? true))
      .sort((a, b) => newestFirst(a.begun, b.begun))
      .slice(0, resolved.limit + 1);
    return toPage(
      found.map((run) => this.#record(run)),
      resolved,
    );
  }

  async acquireLease(runId: string, ttlMs: number): Promise<Lease | undefined> {
    const run = this.#open().get(runId);
    const now = this.#clock.now();
    const until = now + checkTtl(ttlMs);
    if (run === undefined || hasEnded(run.status) || isDriven(run, now)) return undefined;
    run.status = "running";
    run.epoch += 1;
    run.leasedUntil = until;
    run.updatedAt = now;
    return { runId, epoch: run.epoch };
  }

  async renewLease(lease: Lease, ttlMs: number): Promise<boolean> {
    const until = this.#clock.now() + checkTtl(ttlMs);
    const run = this.#leasedBy(lease);
    if (run === undefined) return false;
    run.leasedUntil = until;
    return true;
  }

  async releaseLease(lease: Lease): Promise<void> {
    const run = this.#leasedBy(lease);
    if (run === undefined) return;
    run.leasedUntil = undefined;
    run.updatedAt = this.#clock.now();
  }

  async readEntries(runId: string, { unfolded = false }: ReadEntriesOptions = {}): Promise<readonly JournalEntry[]> {
    const entries = [...(this.#open().get(runId)?.entries.values() ?? [])];
    return unfolded ? unfoldedOf(entries) : entries;
  }

  async appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
    append(this.#fencedBy(lease), entries);
  }

  async endRun(lease: Lease, ending: RunEnding): Promise<boolean> {
    const run = this.#fencedBy(lease);
    if (ending.status === "paused" && ending.awaiting.some(({ path }) => run.signals.has(path))) return false;
    run.ending = ending;
    run.status = ending.status;
    run.updatedAt = ending.endedAt;
    run.leasedUntil = undefined;
    return true;
  }

  async putSignal(runId: string, signal: Signal): Promise<boolean> {
    const run = this.#open().get(runId);
    if (run === undefined) throw new RunNotFoundError(runId);
    if (run.signals.has(signal.path)) return false;
    run.signals.set(signal.path, signal);
    return true;
  }

  async readSignals(runId: string): Promise<readonly Signal[]> {
    return [...(this.#open().get(runId)?.signals.values() ?? [])];
  }

  async deleteRuns(retention: RunRetention): Promise<number> {
    const resolved = resolveRunRetention(retention);
    const runs = this.#open();
    const past = [...runs.values()]
      .filter(({ begun, status, ending }) => isPastRetention(begun, { status, endedAt: ending?.endedAt }, resolved))
      .sort((a, b) => (a.ending?.endedAt ?? 0) - (b.ending?.endedAt ?? 0))
      .slice(0, resolved.limit);
    for (const { begun } of past) runs.delete(begun.runId);
    return past.length;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#runs.clear();
  }

  #open(): Map<string, StoredRun> {
    if (this.#disposed) throw new StateError("This state backend has been disposed of");
    return this.#runs;
  }

  /** The run that `lease` gives the right to drive, if it does so still. */
  #leasedBy(lease: Lease): StoredRun | undefined {
    const run = this.#open().get(lease.runId);
    return run !== undefined && run.epoch === lease.epoch && run.leasedUntil !== undefined ? run : undefined;
  }

  #fencedBy(lease: Lease): StoredRun {
    const run = this.#leasedBy(lease);
    if (run === undefined) throw new LeaseLostError(lease.runId);
    return run;
  }

  #record(run: StoredRun): RunRecord {
    return {
      ...run.begun,
      awaiting: [],
      ...run.ending,
      status: run.status,
      updatedAt: run.updatedAt,
      driven: isDriven(run, this.#clock.now()),
    };
  }
}

function isDriven({ leasedUntil }: StoredRun, now: number): boolean {
  return leasedUntil !== undefined && now < leasedUntil;
}

function hasEnded(status: RunStatus): boolean {
  return status !== "running" && status !== "paused";
}

/** Appends all entries, or none of them. */
function append({ begun, entries: stored }: StoredRun, entries: readonly JournalEntry[]): void {
  let appended = 0;
  for (const entry of entries) {
    const { path } = entry;
    if (stored.has(path)) {
      for (const other of entries.slice(0, appended)) stored.delete(other.path);
      throw new StateError(`Run "${begun.runId}" already has an entry at "${path}"`, { path });
    }
    stored.set(path, entry);
    appended++;
  }
}
