import { isOwnerDead } from "../../protocols/lease-owner.ts";
import type { NewRun, RunEnding, RunRecord, RunStatus } from "../../protocols/run-record.ts";
import type { Lease, Signal } from "../../protocols/state-backend.ts";
import type { RunHead } from "../run-listing.ts";
import type { LogRecord } from "./log-record.ts";

/** What the records of a log, one after the other, make of a run. */
export class RunState {
  readonly #begun: NewRun;
  /** Of the entries that were applied. */
  readonly paths: Set<string> = new Set();
  readonly signals: Map<string, Signal> = new Map();
  #status: RunStatus = "running";
  /** The newest, a pause included. */
  #ending: RunEnding | undefined;
  #updatedAt: number;
  #epoch = 0;
  #lease: { readonly owner: string; readonly until: number } | undefined;

  constructor(begun: NewRun) {
    this.#begun = begun;
    this.#updatedAt = begun.createdAt;
  }

  /** What it is listed by, and more. */
  get head(): RunHead {
    return this.#begun;
  }

  get status(): RunStatus {
    return this.#status;
  }

  /** When the run ended or last paused. */
  get endedAt(): number | undefined {
    return this.#ending?.endedAt;
  }

  /** Of the newest lease; 0 before the first. */
  get epoch(): number {
    return this.#epoch;
  }

  get hasEnded(): boolean {
    return this.#status !== "running" && this.#status !== "paused";
  }

  /** Who holds the lease, or held it when it ran out; undefined if it was given back. */
  get owner(): string | undefined {
    return this.#lease?.owner;
  }

  /** Whether somebody drives the run: a lease whose time is not over, of a process that is not known to be dead. */
  isDriven(now: number): boolean {
    return this.#lease !== undefined && now < this.#lease.until && !isOwnerDead(this.#lease.owner);
  }

  /**
   * Whether `lease` is the newest, of `owner`, and was not given back. Its time does not matter. By its epoch alone, the lease of a run that was
   * deleted could be taken for one of another run that got its id.
   */
  isLeasedBy(lease: Lease, owner: string): boolean {
    return this.#lease?.owner === owner && this.#epoch === lease.epoch;
  }

  apply(record: LogRecord): void {
    switch (record.type) {
      case "run":
      case "beginning":
        return; // Given to the constructor.
      case "lease":
        this.#status = "running";
        this.#epoch = record.epoch;
        this.#lease = { owner: record.owner, until: record.until };
        this.#updatedAt = record.at;
        return;
      case "renewal":
        if (this.#lease) this.#lease = { ...this.#lease, until: record.until };
        return;
      case "release":
        this.#lease = undefined;
        this.#updatedAt = record.at;
        return;
      case "entries":
        for (const { path } of record.entries) this.paths.add(path);
        return;
      case "ending":
        this.#status = record.ending.status;
        this.#ending = record.ending;
        this.#updatedAt = record.ending.endedAt;
        this.#lease = undefined;
        return;
      case "signal":
        this.signals.set(record.signal.path, record.signal);
    }
  }

  toRecord(now: number): RunRecord {
    return {
      ...this.#begun,
      awaiting: [],
      ...this.#ending,
      status: this.#status,
      updatedAt: this.#updatedAt,
      driven: this.isDriven(now),
    };
  }
}
