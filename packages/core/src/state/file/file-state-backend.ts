import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Clock } from "../../protocols/clock.ts";
import { LeaseLostError } from "../../protocols/errors/lease-lost-error.ts";
import { RunNotFoundError } from "../../protocols/errors/run-not-found-error.ts";
import { StateError } from "../../protocols/errors/state-error.ts";
import { unfoldedOf } from "../../protocols/folding.ts";
import type { JournalEntry } from "../../protocols/journal-entry.ts";
import type { NewRun, RunEnding, RunRecord } from "../../protocols/run-record.ts";
import { type ResolvedRunRetention, resolveRunRetention } from "../../protocols/run-retention.ts";
import type {
  Lease,
  ReadEntriesOptions,
  RunPage,
  RunQuery,
  RunRetention,
  Signal,
  StateBackend,
  StateCapabilities,
} from "../../protocols/state-backend.ts";
import { checkTtl } from "../check-ttl.ts";
import { isPastRetention } from "../retained-runs.ts";
import { createLog } from "./create-log.ts";
import { syncFolder } from "./durable-files.ts";
import { toStateError } from "./file-error.ts";
import { type FileStateOptions, type ResolvedFileStateOptions, resolveFileStateOptions } from "./file-state-options.ts";
import { type ParsedLog, readLog, type Wanted } from "./read-log.ts";
import { RunIndex } from "./run-index.ts";
import { RunLock } from "./run-lock.ts";
import { type Decide, RunLog } from "./run-log.ts";
import type { RunState } from "./run-state.ts";
import { logNameOf, openStateFolder, type StateFolder } from "./state-folder.ts";

/**
 * Keeps runs in a folder, a log for each, shared by the processes of one host; it needs nothing but Node.
 *
 * A run whose driver's process is gone can be leased at once, without waiting for the end of the lease's time.
 */
export class FileStateBackend implements StateBackend {
  readonly capabilities: StateCapabilities;
  readonly #options: ResolvedFileStateOptions;
  readonly #folder: StateFolder;
  readonly #clock: Pick<Clock, "now">;
  readonly #lock: RunLock;
  readonly #index: RunIndex;
  /** By name: those that are written to, and of the runs that this backend drives. */
  readonly #logs = new Map<string, RunLog>();
  /** By run id: the newest that this backend was given and did not give back. */
  readonly #leases = new Map<string, Lease>();
  /** By run id: those that were to be given back, and the log could not be written then. */
  readonly #owed = new Map<string, Lease>();
  readonly #writing = new Set<Promise<unknown>>();
  #drafts = 0;
  #closing: Promise<void> | undefined;

  /**
   * Opens the folder; creates it if need be.
   *
   * @throws {@link InvalidOptionError} naming the first option that can't be used
   * @throws {@link StateFormatError} if a newer version of this package laid out the folder
   * @throws {@link StateError} if the folder is something else, or can't be used
   */
  constructor(options: FileStateOptions) {
    this.#options = resolveFileStateOptions(options);
    const { folder, durability, busyTimeoutMs, clock } = this.#options;
    this.capabilities = { durability: durability === "full" ? "power" : "process", sharedBy: "host" };
    this.#clock = clock;
    try {
      this.#folder = openStateFolder(this.#options);
    } catch (error) {
      throw toStateError(error, folder);
    }
    this.#lock = new RunLock(this.#folder, busyTimeoutMs);
    this.#index = new RunIndex(this.#folder.runs, (file) => this.#parse(file, (type) => type !== "entries"));
  }

  async createRun(run: NewRun, history: readonly JournalEntry[] = []): Promise<boolean> {
    checkPaths(run.runId, history, NOTHING_TAKEN);
    const draft = `${this.#folder.instance}.${this.#drafts++}`;
    const synced = this.#options.durability === "full";
    return this.#write(run.runId, () => createLog(this.#folder, run, history, { draft, synced }));
  }

  async getRun(runId: string): Promise<RunRecord | undefined> {
    const log = await this.#read(runId, (type) => type !== "entries");
    return log?.run.toRecord(this.#clock.now());
  }

  async listRuns(query: RunQuery = {}): Promise<RunPage> {
    this.#requireOpen();
    try {
      return await this.#index.list(query, this.#clock.now());
    } catch (error) {
      throw toStateError(error, this.#options.folder);
    }
  }

  async acquireLease(runId: string, ttlMs: number): Promise<Lease | undefined> {
    checkTtl(ttlMs);
    const owed = this.#owed.get(runId);
    if (owed !== undefined) await this.releaseLease(owed);
    return this.#write(runId, async () => {
      const lease = await this.#logOf(runId).write<Lease | undefined>((run) => {
        const at = this.#clock.now();
        if (run === undefined || run.hasEnded || run.isDriven(at)) return { records: [], result: undefined };
        const epoch = run.epoch + 1;
        const { owner } = this.#folder;
        return { records: [{ type: "lease", epoch, owner, until: at + ttlMs, at }], result: { runId, epoch } };
      });
      if (lease !== undefined) this.#leases.set(runId, lease);
      return lease;
    });
  }

  async renewLease(lease: Lease, ttlMs: number): Promise<boolean> {
    checkTtl(ttlMs);
    return this.#commit(lease.runId, (run) =>
      run?.isLeasedBy(lease, this.#folder.owner)
        ? { records: [{ type: "renewal", until: this.#clock.now() + ttlMs }], result: true }
        : { records: [], result: false },
    );
  }

  async releaseLease(lease: Lease): Promise<void> {
    this.#owed.set(lease.runId, lease);
    await this.#write(lease.runId, () => this.#release(lease));
    this.#owed.delete(lease.runId);
  }

  async readEntries(runId: string, { unfolded = false }: ReadEntriesOptions = {}): Promise<readonly JournalEntry[]> {
    const log = await this.#read(runId, (type) => type === "entries");
    const entries = log?.records.flatMap((record) => (record.type === "entries" ? record.entries : [])) ?? [];
    return unfolded ? unfoldedOf(entries) : entries;
  }

  async appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
    await this.#commit(lease.runId, (run) => {
      checkPaths(lease.runId, entries, this.#fenced(run, lease).paths);
      return { records: entries.length === 0 ? [] : [{ type: "entries", entries }], result: undefined };
    });
  }

  async endRun(lease: Lease, ending: RunEnding): Promise<boolean> {
    const ended = await this.#commit(lease.runId, (run) => {
      const { signals } = this.#fenced(run, lease);
      if (ending.status === "paused" && ending.awaiting.some(({ path }) => signals.has(path))) {
        return { records: [], result: false };
      }
      return { records: [{ type: "ending", ending }], result: true };
    });
    if (ended) this.#forget(lease);
    return ended;
  }

  async putSignal(runId: string, signal: Signal): Promise<boolean> {
    return this.#commit(runId, (run) => {
      if (run === undefined) throw new RunNotFoundError(runId);
      return run.signals.has(signal.path)
        ? { records: [], result: false }
        : { records: [{ type: "signal", signal }], result: true };
    });
  }

  async readSignals(runId: string): Promise<readonly Signal[]> {
    const log = await this.#read(runId, (type) => type === "signal");
    return [...(log?.run.signals.values() ?? [])];
  }

  async deleteRuns(retention: RunRetention): Promise<number> {
    const resolved = resolveRunRetention(retention);
    this.#requireOpen();
    const deleting = this.#deletePast(resolved);
    this.#writing.add(deleting);
    try {
      return await deleting;
    } catch (error) {
      throw toStateError(error, this.#options.folder);
    } finally {
      this.#writing.delete(deleting);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    // What was asked for before is done first, and the leases that it gave are known then.
    await Promise.allSettled(this.#writing);
    const released = await Promise.allSettled([...this.#leases.values()].map((lease) => this.#release(lease)));
    rmSync(this.#folder.ownerFile, { force: true });
    const failed = released.find((result) => result.status === "rejected");
    if (failed) throw toStateError(failed.reason, this.#options.folder);
  }

  async #deletePast(retention: ResolvedRunRetention): Promise<number> {
    let deleted = 0;
    for (const file of await this.#index.past(retention)) {
      if (deleted === retention.limit) break;
      if (await this.#lock.hold(basename(file), () => deleteLog(file, retention))) deleted += 1;
    }
    if (deleted > 0 && this.#options.durability === "full") syncFolder(this.#folder.runs);
    return deleted;
  }

  async #release(lease: Lease): Promise<void> {
    await this.#logOf(lease.runId).write((run) => ({
      records: run?.isLeasedBy(lease, this.#folder.owner) ? [{ type: "release", at: this.#clock.now() }] : [],
      result: undefined,
    }));
    this.#forget(lease);
  }

  #fenced(run: RunState | undefined, lease: Lease): RunState {
    if (run?.isLeasedBy(lease, this.#folder.owner)) return run;
    throw new LeaseLostError(lease.runId);
  }

  #forget(lease: Lease): void {
    if (this.#leases.get(lease.runId)?.epoch === lease.epoch) this.#leases.delete(lease.runId);
  }

  async #read(runId: string, wanted: Wanted): Promise<ParsedLog | undefined> {
    this.#requireOpen();
    const file = this.#fileOf(runId);
    try {
      return await this.#parse(file, wanted);
    } catch (error) {
      throw toStateError(error, file);
    }
  }

  async #parse(file: string, wanted: Wanted): Promise<ParsedLog | undefined> {
    try {
      return await readLog(file, wanted);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      // What somebody takes back after a write that failed may look like damage: asked again while nobody writes.
      return this.#lock.hold(basename(file), () => readLog(file, wanted));
    }
  }

  #commit<Result>(runId: string, decide: Decide<Result>): Promise<Result> {
    return this.#write(runId, () => this.#logOf(runId).write(decide));
  }

  async #write<Result>(runId: string, work: () => Promise<Result>): Promise<Result> {
    this.#requireOpen();
    const writing = work();
    this.#writing.add(writing);
    try {
      return await writing;
    } catch (error) {
      throw toStateError(error, this.#fileOf(runId));
    } finally {
      this.#writing.delete(writing);
    }
  }

  #logOf(runId: string): RunLog {
    const name = logNameOf(runId);
    const known = this.#logs.get(name);
    if (known !== undefined) return known;
    const log = new RunLog({
      name,
      file: join(this.#folder.runs, name),
      lock: this.#lock,
      owner: this.#folder.owner,
      synced: this.#options.durability === "full",
      onIdle: () => this.#logs.delete(name),
    });
    this.#logs.set(name, log);
    return log;
  }

  #fileOf(runId: string): string {
    return join(this.#folder.runs, logNameOf(runId));
  }

  #requireOpen(): void {
    if (this.#closing) throw new StateError(`The state backend on ${this.#options.folder} has been disposed of`);
  }
}

/** @returns false if it is gone already, or its run is to be kept after all */
async function deleteLog(file: string, retention: ResolvedRunRetention): Promise<boolean> {
  const log = await readLog(file, (type) => type !== "entries");
  if (log === undefined || !isPastRetention(log.run.head, log.run, retention)) return false;
  rmSync(file);
  return true;
}

const NOTHING_TAKEN: ReadonlySet<string> = new Set();

/** @throws {@link StateError} for a path that has an entry already, be it in the same call */
function checkPaths(runId: string, entries: readonly JournalEntry[], taken: ReadonlySet<string>): void {
  const claimed = new Set<string>();
  for (const { path } of entries) {
    if (taken.has(path) || claimed.has(path)) {
      throw new StateError(`Run "${runId}" already has an entry at "${path}"`, { path });
    }
    claimed.add(path);
  }
}
