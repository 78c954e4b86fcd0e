import { InvalidOptionError } from "@flujo/dsl";
import type { Clock } from "../protocols/clock.ts";
import { LeaseLostError } from "../protocols/errors/lease-lost-error.ts";
import { RunNotFoundError } from "../protocols/errors/run-not-found-error.ts";
import { StateError } from "../protocols/errors/state-error.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { NewRun, RunEnding, RunRecord, RunStatus } from "../protocols/run-record.ts";
import type { Lease, RunPage, RunQuery, Signal, StateBackend, StateCapabilities } from "../protocols/state-backend.ts";

export interface MemoryStateOptions {
  /** What leases are timed by. Default: the machine's clock. */
  readonly clock?: Pick<Clock, "now">;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 1000;

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

type Position = Pick<NewRun, "createdAt" | "runId">;

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
    const limit = checkLimit(query.limit ?? DEFAULT_LIMIT);
    const after = query.cursor === undefined ? undefined : parseCursor(query.cursor);
    const found = [...this.#open().values()]
      .filter((run) => matches(run, query) && (after === undefined || newestFirst(run.begun, after) > 0))
      .sort((a, b) => newestFirst(a.begun, b.begun));
    const runs = found.slice(0, limit).map((run) => this.#record(run));
    const last = runs.at(-1);
    return found.length > limit && last ? { runs, next: cursorAfter(last) } : { runs };
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

  async readEntries(runId: string): Promise<readonly JournalEntry[]> {
    return [...(this.#open().get(runId)?.entries.values() ?? [])];
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

function matches({ begun, status }: StoredRun, query: RunQuery): boolean {
  return (
    (query.status === undefined || query.status.includes(status)) &&
    (query.pipeline === undefined || query.pipeline === begun.pipeline) &&
    (query.createdSince === undefined || begun.createdAt >= query.createdSince) &&
    Object.entries(query.tags ?? {}).every(
      ([name, value]) => Object.hasOwn(begun.tags, name) && begun.tags[name] === value,
    )
  );
}

function newestFirst(a: Position, b: Position): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  if (a.runId === b.runId) return 0;
  return a.runId < b.runId ? 1 : -1;
}

/** The page after the run at `position`: `1763800000000 article-42`. */
function cursorAfter({ createdAt, runId }: Position): string {
  return `${createdAt} ${runId}`;
}

function parseCursor(cursor: string): Position {
  const space = cursor.indexOf(" ");
  const createdAt = Number.parseFloat(cursor.slice(0, space));
  if (space === -1 || Number.isNaN(createdAt)) {
    throw new InvalidOptionError("cursor", cursor, "`next` of an earlier page");
  }
  return { createdAt, runId: cursor.slice(space + 1) };
}

function checkLimit(limit: number): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidOptionError("limit", limit, `a whole number from 1 to ${MAX_LIMIT}`);
}

function checkTtl(ttlMs: number): number {
  if (Number.isFinite(ttlMs) && ttlMs > 0) return ttlMs;
  throw new InvalidOptionError("ttlMs", ttlMs, "a finite number above 0");
}
