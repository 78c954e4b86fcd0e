import { isOwnerDead, type Lease, LeaseLostError, type RunStatus } from "@flujo/core/protocols";
import type { Database, Statement } from "better-sqlite3";
import type { JournalOwner } from "./journal-table.ts";

/** The columns of `runs` that say who drives it. No owner: nobody does. */
export interface LeaseColumns {
  readonly lease_owner: string | null;
  readonly lease_expires_at: number | null;
}

interface HeldRow {
  readonly id: bigint;
  readonly has_folded: bigint;
}

interface LeaseRow extends LeaseColumns {
  readonly id: bigint;
  readonly status: RunStatus;
  readonly lease_epoch: bigint;
}

/** Whether somebody drives the run: a lease whose time is not over, of a process that is not known to be dead. */
export function isHeld({ lease_owner, lease_expires_at }: LeaseColumns, now: number): boolean {
  return lease_owner !== null && lease_expires_at !== null && now < lease_expires_at && !isOwnerDead(lease_owner);
}

function hasEnded(status: RunStatus): boolean {
  return status !== "running" && status !== "paused";
}

/** The right to drive a run, in its row of `runs`: `lease_owner`, `lease_epoch` and `lease_expires_at`. */
export class LeaseTable {
  readonly #owner: string;
  readonly #select: Statement<[string], LeaseRow>;
  readonly #selectHeld: Statement<[string, number, string], HeldRow>;
  readonly #take: Statement<[object]>;
  readonly #renew: Statement<[object]>;
  readonly #release: Statement<[object]>;
  readonly #releaseAll: Statement<[object]>;

  /** @param owner - whom the leases are for, as `newLeaseOwner()` gives it */
  constructor(database: Database, owner: string) {
    this.#owner = owner;
    this.#select = database
      .prepare<[string], LeaseRow>(
        "SELECT id, status, lease_owner, lease_epoch, lease_expires_at FROM runs WHERE run_id = ?",
      )
      .safeIntegers();
    this.#selectHeld = database
      .prepare<[string, number, string], HeldRow>(
        "SELECT id, has_folded FROM runs WHERE run_id = ? AND lease_epoch = ? AND lease_owner = ?",
      )
      .safeIntegers();
    this.#take = database.prepare(`
      UPDATE runs
      SET status = 'running', updated_at = @now,
          lease_owner = @owner, lease_epoch = @epoch, lease_expires_at = @expires_at
      WHERE id = @run`);
    this.#renew = database.prepare("UPDATE runs SET lease_expires_at = @expires_at WHERE id = @run");
    this.#release = database.prepare(`
      UPDATE runs SET lease_owner = NULL, lease_expires_at = NULL, updated_at = @now WHERE id = @run`);
    this.#releaseAll = database.prepare(`
      UPDATE runs SET lease_owner = NULL, lease_expires_at = NULL, updated_at = @now WHERE lease_owner = @owner`);
  }

  acquire(runId: string, ttlMs: number, now: number): Lease | undefined {
    const row = this.#select.get(runId);
    if (row === undefined || hasEnded(row.status) || isHeld(row, now)) return undefined;
    const epoch = Number(row.lease_epoch) + 1;
    this.#take.run({ run: row.id, owner: this.#owner, epoch, now, expires_at: now + ttlMs });
    return { runId, epoch };
  }

  renew(lease: Lease, ttlMs: number, now: number): boolean {
    const held = this.#held(lease);
    if (held === undefined) return false;
    this.#renew.run({ run: held.id, expires_at: now + ttlMs });
    return true;
  }

  release(lease: Lease, now: number): void {
    const held = this.#held(lease);
    if (held !== undefined) this.#release.run({ run: held.id, now });
  }

  /** Gives back every lease of this owner. */
  releaseAll(now: number): void {
    this.#releaseAll.run({ owner: this.#owner, now });
  }

  /**
   * The run that `lease` gives the right to write to.
   *
   * @throws {@link LeaseLostError} if it does not, or no longer
   */
  fence(lease: Lease): JournalOwner {
    const held = this.#held(lease);
    if (held === undefined) throw new LeaseLostError(lease.runId);
    return { run: held.id, hasFolded: held.has_folded !== 0n };
  }

  /**
   * The run, if the lease is its newest, was given by this backend and was not given back. Its time does not matter. By its epoch alone, the
   * lease of a run that was deleted could be taken for one of another run that got its id.
   */
  #held(lease: Lease): HeldRow | undefined {
    return this.#selectHeld.get(lease.runId, lease.epoch, this.#owner);
  }
}
