import { randomUUID } from "node:crypto";
import {
  type FlujoError,
  InvalidOptionError,
  type JournalEntry,
  type Lease,
  LeaseLostError,
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
import { escapeIdentifier } from "pg";
import { Connections } from "./connection/connections.ts";
import { persevere } from "./connection/persevere.ts";
import { isConnectionLost, toStateError } from "./connection/postgres-error.ts";
import type { Session } from "./connection/session.ts";
import { GroupCommit } from "./group-commit.ts";
import { openSchema } from "./open-schema.ts";
import {
  type PostgresStateOptions,
  type ResolvedPostgresStateOptions,
  resolvePostgresStateOptions,
} from "./postgres-state-options.ts";
import { type Append, JournalTable } from "./tables/journal-table.ts";
import { LeaseTable } from "./tables/lease-table.ts";
import { Retention } from "./tables/retention.ts";
import { RunTable } from "./tables/run-table.ts";
import { SignalTable } from "./tables/signal-table.ts";

/** Runs that are deleted in one transaction. */
const DELETED_TOGETHER = 100;

/**
 * Keeps runs in a PostgreSQL database: driven and read from any number of hosts.
 *
 * The server is connected to when it is first needed. A server that goes away is waited for, and what it had been
 * asked is asked again: each write knows itself, so one whose answer was lost is neither lost nor done twice.
 */
export class PostgresStateBackend implements StateBackend {
  readonly capabilities: StateCapabilities;
  readonly #options: ResolvedPostgresStateOptions;
  readonly #connections: Connections;
  readonly #appends: GroupCommit;
  readonly #runs: RunTable;
  readonly #leases: LeaseTable;
  readonly #journal: JournalTable;
  readonly #signals: SignalTable;
  readonly #retention: Retention;
  /** What has been asked for and not been answered. */
  readonly #underWay = new Set<Promise<unknown>>();
  /** By run id: those that were to be given back, and the server could not be asked then. */
  readonly #owed = new Map<string, Lease>();
  #opening: Promise<void> | undefined;
  #closing: Promise<void> | undefined;

  /** @throws {@link InvalidOptionError} naming the first option that can't be used */
  constructor(options: PostgresStateOptions) {
    const resolved = resolvePostgresStateOptions(options);
    const { durability, schema, sharedTextLength } = resolved;
    this.capabilities = { durability: durability === "full" ? "power" : "process", sharedBy: "network" };
    this.#options = resolved;
    this.#connections = new Connections(resolved);
    this.#appends = new GroupCommit((batch) => this.#commit(batch));
    const s = escapeIdentifier(schema);
    const owner = newLeaseOwner();
    this.#leases = new LeaseTable(s, owner);
    this.#runs = new RunTable(s, sharedTextLength, this.#leases);
    this.#journal = new JournalTable(s, sharedTextLength, owner);
    this.#signals = new SignalTable(s);
    this.#retention = new Retention(s);
  }

  createRun(run: NewRun, history: readonly JournalEntry[] = []): Promise<boolean> {
    return this.#write(() => {
      const [creationId, entries] = [randomUUID(), this.#journal.prepare(history)];
      return this.#ask((session) => this.#runs.insert(session, run, entries, creationId));
    });
  }

  getRun(runId: string): Promise<RunRecord | undefined> {
    return this.#do(() => this.#ask((session) => this.#runs.find(session, runId, this.#now())));
  }

  listRuns(query: RunQuery = {}): Promise<RunPage> {
    return this.#do(() => this.#ask((session) => this.#runs.list(session, query, this.#now())));
  }

  async acquireLease(runId: string, ttlMs: number): Promise<Lease | undefined> {
    const owed = this.#owed.get(runId);
    if (owed !== undefined) await this.releaseLease(owed);
    return this.#write(() => {
      const [leaseId, duration] = [randomUUID(), checkTtl(ttlMs)];
      return this.#ask((session) => this.#leases.acquire(session, runId, duration, this.#now(), leaseId));
    });
  }

  renewLease(lease: Lease, ttlMs: number): Promise<boolean> {
    return this.#write(() => {
      const duration = checkTtl(ttlMs);
      return this.#ask((session) => this.#leases.renew(session, lease, duration, this.#now()));
    });
  }

  async releaseLease(lease: Lease): Promise<void> {
    this.#owed.set(lease.runId, lease);
    await this.#write(() => this.#ask((session) => this.#leases.release(session, lease, this.#now())));
    this.#owed.delete(lease.runId);
  }

  readEntries(runId: string, options: ReadEntriesOptions = {}): Promise<readonly JournalEntry[]> {
    return this.#do(() => this.#ask((session) => this.#journal.read(session, runId, options)));
  }

  appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
    return this.#write(() => this.#appends.add(this.#journal.prepareAppend(lease, entries)));
  }

  endRun(lease: Lease, ending: RunEnding): Promise<boolean> {
    return this.#write(() => {
      const writeId = randomUUID();
      return ending.status === "paused"
        ? this.#askInTransaction((session) => this.#pause(session, lease, ending, writeId))
        : this.#ask((session) => this.#end(session, lease, ending, writeId));
    });
  }

  putSignal(runId: string, signal: Signal): Promise<boolean> {
    return this.#write(() => {
      const writeId = randomUUID();
      return this.#ask((session) => this.#signals.put(session, runId, signal, writeId));
    });
  }

  readSignals(runId: string): Promise<readonly Signal[]> {
    return this.#do(() => this.#ask((session) => this.#signals.read(session, runId)));
  }

  deleteRuns(retention: RunRetention): Promise<number> {
    return this.#write(async () => {
      const resolved = resolveRunRetention(retention);
      let deleted = 0;
      while (deleted < resolved.limit) {
        const most = Math.min(DELETED_TOGETHER, resolved.limit - deleted);
        const runs = await this.#ask((session) => this.#runs.findPastRetention(session, resolved, most));
        if (runs.length === 0) break;
        deleted += await this.#delete(runs);
      }
      return deleted;
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #end(session: Session, lease: Lease, ending: RunEnding, writeId: string): Promise<true> {
    if (await this.#runs.end(session, lease, ending, writeId)) return true;
    throw new LeaseLostError(lease.runId);
  }

  /** Signals are looked for once the run is locked, by a statement of its own: one that was put until then is seen. */
  async #pause(session: Session, lease: Lease, ending: RunEnding, writeId: string): Promise<boolean> {
    const run = await this.#leases.lock(session, lease);
    const paths = ending.awaiting.map(({ path }) => path);
    if (run !== undefined && (await this.#signals.hasAny(session, run, paths))) return false;
    return this.#end(session, lease, ending, writeId);
  }

  /** How many it were; if the answer was lost, those that are gone when it is asked again are taken for its own. */
  async #delete(runs: readonly bigint[]): Promise<number> {
    let attempts = 0;
    const deleted = await this.#askInTransaction((session) => {
      attempts += 1;
      return this.#retention.delete(session, runs);
    });
    return attempts === 1 ? deleted : runs.length;
  }

  /** What is at fault in a batch is found by doing each write of it alone. */
  async #commit(batch: readonly Append[]): Promise<readonly (Error | undefined)[]> {
    try {
      return await this.#ask((session) => this.#journal.append(session, batch));
    } catch (error) {
      if (batch.length === 1 || isConnectionLost(error)) throw error;
    }
    const refusals: (Error | undefined)[] = [];
    for (const append of batch) {
      refusals.push(await this.#commit([append]).then(([refusal]) => refusal, this.#toStateError));
    }
    return refusals;
  }

  #ask<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#persevere(() => this.#connections.use(work));
  }

  #askInTransaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#persevere(() => this.#connections.transaction(work));
  }

  #persevere<Result>(work: () => Promise<Result>): Promise<Result> {
    return persevere(this.#options.reconnectTimeoutMs, async () => {
      await this.#open();
      return work();
    });
  }

  /** Once; but a failure is not the last word, as the server may come, or be put right. */
  #open(): Promise<void> {
    this.#opening ??= openSchema(this.#connections, this.#options).catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  #write<Result>(work: () => Promise<Result>): Promise<Result> {
    return this.#do(async () => {
      if (this.#options.readonly) throw new StateError(`${this.#place} was opened for reading only`);
      return work();
    });
  }

  async #do<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closing) throw new StateError(`The state backend on ${this.#place} has been disposed of`);
    const doing = work();
    this.#underWay.add(doing);
    try {
      return await doing;
    } catch (error) {
      throw this.#toStateError(error);
    } finally {
      this.#underWay.delete(doing);
    }
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    try {
      if (this.#opening && !this.#options.readonly) {
        await this.#connections.use((session) => this.#leases.releaseAll(session, this.#now()));
      }
    } catch {
      // Once, and come what may: leases that can't be given back run out by themselves.
    } finally {
      await this.#connections.close();
    }
  }

  /** What leases are timed by; undefined leaves it to the server. */
  #now(): number | undefined {
    return this.#options.clock?.now();
  }

  get #place(): string {
    return `the schema "${this.#options.schema}"`;
  }

  readonly #toStateError = (error: unknown): FlujoError => toStateError(error, this.#place);
}

function checkTtl(ttlMs: number): number {
  if (Number.isFinite(ttlMs) && ttlMs > 0) return ttlMs;
  throw new InvalidOptionError("ttlMs", ttlMs, "a finite number above 0");
}
