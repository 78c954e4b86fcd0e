import {
  type Clock,
  InvalidOptionError,
  type JournalEntry,
  type Lease,
  type NewRun,
  newLeaseOwner,
  type ReadEntriesOptions,
  type RunEnding,
  type RunPage,
  type RunQuery,
  type RunRecord,
  type RunRetention,
  resolveRunRetention,
  type Signal,
  type StateBackend,
  type StateCapabilities,
  StateError,
} from "@flujo/core/protocols";
import type { Database } from "better-sqlite3";
import { GroupCommit } from "./group-commit.ts";
import { openDatabase, openReader } from "./open-database.ts";
import { toStateError } from "./sqlite-error.ts";
import { resolveSqliteStateOptions, type SqliteStateOptions } from "./sqlite-state-options.ts";
import { JournalTable } from "./tables/journal-table.ts";
import { LeaseTable } from "./tables/lease-table.ts";
import { RunTable } from "./tables/run-table.ts";
import { SignalTable } from "./tables/signal-table.ts";
import { TextTable } from "./tables/text-table.ts";
import { backUp } from "./upkeep/back-up.ts";
import { checkIntegrity } from "./upkeep/check-integrity.ts";
import { queryDatabase, type SqlParameters, type SqlRow } from "./upkeep/query-database.ts";

/** Runs that are deleted in one transaction, which others wait for. */
const DELETED_TOGETHER = 20;

/**
 * Keeps runs in an SQLite database: one file, no server, shared by the processes of one host.
 *
 * A run whose driver's process is gone can be leased at once, without waiting for the end of the lease's time.
 */
export class SqliteStateBackend implements StateBackend {
  readonly capabilities: StateCapabilities;
  readonly #file: string;
  readonly #readonly: boolean;
  readonly #clock: Pick<Clock, "now">;
  readonly #database: Database;
  readonly #writes: GroupCommit;
  readonly #runs: RunTable;
  readonly #leases: LeaseTable;
  readonly #journal: JournalTable;
  readonly #signals: SignalTable;
  readonly #underway = new Set<Promise<unknown>>();
  /** By run id: those that were to be given back, and the file could not be written then. */
  readonly #owed = new Map<string, Lease>();
  #reader: Database | undefined;
  #closing: Promise<void> | undefined;

  /**
   * Opens the file; creates it, or migrates it to the newest format, if need be.
   *
   * @throws {@link InvalidOptionError} naming the first option that can't be used
   * @throws {@link StateFormatError} if the file was written by a newer version of this package
   * @throws {@link StateError} if the file is something else, or can't be used
   * @throws {@link ConfigurationError} if SQLite can't be loaded
   */
  constructor(options: SqliteStateOptions) {
    const resolved = resolveSqliteStateOptions(options);
    this.capabilities = { durability: resolved.durability === "full" ? "power" : "process", sharedBy: "host" };
    this.#file = resolved.file;
    this.#readonly = resolved.readonly;
    this.#clock = resolved.clock;
    this.#database = openDatabase(resolved);
    try {
      this.#writes = new GroupCommit(this.#database);
      const texts = new TextTable(this.#database);
      this.#runs = new RunTable(this.#database, texts);
      this.#leases = new LeaseTable(this.#database, newLeaseOwner());
      this.#journal = new JournalTable(this.#database, texts);
      this.#signals = new SignalTable(this.#database);
    } catch (error) {
      // A table of the right format's may be gone all the same.
      this.#database.close();
      throw toStateError(error, this.#file);
    }
  }

  createRun(run: NewRun, history: readonly JournalEntry[] = []): Promise<boolean> {
    return this.#write(() => {
      const key = this.#runs.insert(run);
      if (key === undefined) return false;
      this.#journal.append({ run: key, hasFolded: false }, history);
      return true;
    });
  }

  getRun(runId: string): Promise<RunRecord | undefined> {
    return this.#read(() => this.#runs.find(runId, this.#clock.now()));
  }

  listRuns(query: RunQuery = {}): Promise<RunPage> {
    return this.#read(() => this.#runs.list(query, this.#clock.now()));
  }

  async acquireLease(runId: string, ttlMs: number): Promise<Lease | undefined> {
    const owed = this.#owed.get(runId);
    if (owed !== undefined) await this.releaseLease(owed);
    return this.#write(() => this.#leases.acquire(runId, checkTtl(ttlMs), this.#clock.now()));
  }

  renewLease(lease: Lease, ttlMs: number): Promise<boolean> {
    return this.#write(() => this.#leases.renew(lease, checkTtl(ttlMs), this.#clock.now()));
  }

  async releaseLease(lease: Lease): Promise<void> {
    this.#owed.set(lease.runId, lease);
    await this.#write(() => this.#leases.release(lease, this.#clock.now()));
    this.#owed.delete(lease.runId);
  }

  readEntries(runId: string, options?: ReadEntriesOptions): Promise<readonly JournalEntry[]> {
    return this.#read(() => this.#journal.read(runId, options));
  }

  appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
    return this.#write(() => this.#journal.append(this.#leases.fence(lease), entries));
  }

  endRun(lease: Lease, ending: RunEnding): Promise<boolean> {
    return this.#write(() => {
      const { run } = this.#leases.fence(lease);
      if (ending.status === "paused" && ending.awaiting.some(({ path }) => this.#signals.has(run, path))) return false;
      this.#leases.release(lease, ending.endedAt);
      this.#runs.end(run, ending);
      return true;
    });
  }

  putSignal(runId: string, signal: Signal): Promise<boolean> {
    return this.#write(() => this.#signals.put(runId, signal));
  }

  readSignals(runId: string): Promise<readonly Signal[]> {
    return this.#read(() => this.#signals.read(runId));
  }

  async deleteRuns(retention: RunRetention): Promise<number> {
    const resolved = resolveRunRetention(retention);
    let deleted = 0;
    for (;;) {
      const past = await this.#read(() => this.#runs.past(resolved, resolved.limit - deleted));
      if (past.length === 0) return deleted;
      for (let first = 0; first < past.length; first += DELETED_TOGETHER) {
        const together = past.slice(first, first + DELETED_TOGETHER);
        deleted += await this.#write(() => this.#runs.delete(together, resolved.endedBefore));
      }
      if (deleted === resolved.limit) return deleted;
    }
  }

  /**
   * Answers a SELECT, by preference over the views `all_runs`, `steps`, `attempts`, `usage` and `spans`, from what is committed. On a connection
   * of its own that can't write; it blocks for as long as the answer takes.
   *
   * @throws {@link InvalidOptionError} for what is no single statement that only reads
   * @throws {@link StateError} if SQLite can't answer it, with what it says of it
   */
  query(sql: string, parameters: SqlParameters = []): Promise<readonly SqlRow[]> {
    return this.#read(() => queryDatabase(this.#reading(), sql, parameters));
  }

  /**
   * Everything that is wrong with the file, in words; nothing if it is sound. Reads all of it, and blocks for most of that time.
   */
  async checkIntegrity(): Promise<readonly string[]> {
    return this.#upkeep(() => checkIntegrity(this.#reading()));
  }

  /**
   * Copies the database to `file` while runs go on; the folders that it is in are created if they are missing.
   *
   * @throws {@link StateError} if there is something of that name: nothing is written over
   */
  async backup(file: string): Promise<void> {
    return this.#upkeep(() => backUp(this.#database, file));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#underway);
    try {
      // Writes are carried out in order: what was asked for before is done first.
      if (!this.#readonly) await this.#commit(() => this.#leases.releaseAll(this.#clock.now()));
    } finally {
      this.#reader?.close();
      this.#database.close();
    }
  }

  /** A second connection, opened when it is first needed. */
  #reading(): Database {
    this.#reader ??= openReader(this.#file);
    return this.#reader;
  }

  /** Work that takes its time: the file stays open until it is done. */
  async #upkeep<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#requireOpen();
    const underway = (async () => work())();
    this.#underway.add(underway);
    try {
      return await underway;
    } catch (error) {
      throw toStateError(error, this.#file);
    } finally {
      this.#underway.delete(underway);
    }
  }

  async #read<Result>(work: () => Result): Promise<Result> {
    this.#requireOpen();
    try {
      return work();
    } catch (error) {
      throw toStateError(error, this.#file);
    }
  }

  async #write<Result>(work: () => Result): Promise<Result> {
    this.#requireOpen();
    if (this.#readonly) throw new StateError(`The state file ${this.#file} was opened for reading only`);
    return this.#commit(work);
  }

  async #commit<Result>(work: () => Result): Promise<Result> {
    try {
      return await this.#writes.write(work);
    } catch (error) {
      throw toStateError(error, this.#file);
    }
  }

  #requireOpen(): void {
    if (this.#closing) throw new StateError(`The state backend on ${this.#file} has been disposed of`);
  }
}

function checkTtl(ttlMs: number): number {
  if (Number.isFinite(ttlMs) && ttlMs > 0) return ttlMs;
  throw new InvalidOptionError("ttlMs", ttlMs, "a finite number above 0");
}
