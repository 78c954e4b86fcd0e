import { isOwnerDead, isOwnerOfAnotherBoot, type Lease } from "@flujo/core/protocols";
import type { Session } from "../connection/session.ts";
import { type Statement, statement } from "../connection/statement.ts";
import { storable } from "./storable.ts";

/** SQL for the time by which leases are told to be over, in milliseconds: that of a clock that was given, else the server's. */
export function leaseTime(parameter: string): string {
  return `coalesce(${parameter}::double precision, extract(epoch FROM statement_timestamp())::double precision * 1000)`;
}

/**
 * SQL that says of a row of `runs` that a lease is its newest, was given by this backend and was not given back. Its time
 * does not matter. By its epoch alone, the lease of a run that was deleted could be taken for one of another run that got
 * its id. The parameters are those of `held`.
 */
export const IS_HELD = "run_id = $1 AND lease_owner = $2 AND lease_epoch = $3";

interface LeaseRow {
  readonly lease_owner: string | null;
  readonly lease_epoch: bigint;
  /** Whether it is of the call that asks. */
  readonly own: boolean;
}

/**
 * Whether the process that holds a lease is known to be gone: it was of this very start of this very system.
 * Hosts may bear one name, and have processes of the same ids.
 */
export function isOwnerGone(owner: string): boolean {
  // Elsewhere a system does not tell one start of it from another, nor itself from a host of the same name.
  return process.platform === "linux" && !isOwnerOfAnotherBoot(owner) && isOwnerDead(owner);
}

/** The right to drive a run, in its row of `runs`: `lease_owner`, `lease_epoch`, `lease_expires_at`. No owner: nobody drives it. */
export class LeaseTable {
  readonly #owner: string;
  readonly #take: Statement<{ readonly lease_epoch: bigint }>;
  readonly #select: Statement<LeaseRow>;
  readonly #renew: Statement<object>;
  readonly #release: Statement;
  readonly #releaseAll: Statement;
  readonly #lock: Statement<{ readonly id: bigint }>;

  /**
   * @param s - the quoted name of the schema
   * @param owner - whom the leases are for, as `newLeaseOwner()` gives it
   */
  constructor(s: string, owner: string) {
    this.#owner = owner;
    this.#take = statement(`
      UPDATE ${s}.runs
      SET status = 'running', updated_at = ${leaseTime("$5")}, lease_owner = $2, lease_id = $3,
          lease_epoch = lease_epoch + 1, lease_expires_at = ${leaseTime("$5")} + $4
      WHERE run_id = $1 AND status IN ('running', 'paused')
        AND (lease_owner IS NULL OR lease_expires_at <= ${leaseTime("$5")} OR lease_owner = $6)
      RETURNING lease_epoch`);
    this.#select = statement(`
      SELECT lease_owner, lease_epoch, lease_id IS NOT DISTINCT FROM $2 AS own FROM ${s}.runs WHERE run_id = $1`);
    this.#renew = statement(`
      UPDATE ${s}.runs SET lease_expires_at = ${leaseTime("$5")} + $4 WHERE ${IS_HELD} RETURNING 1`);
    this.#release = statement(`
      UPDATE ${s}.runs SET lease_owner = NULL, lease_expires_at = NULL, updated_at = ${leaseTime("$4")}
      WHERE ${IS_HELD}`);
    this.#releaseAll = statement(`
      UPDATE ${s}.runs SET lease_owner = NULL, lease_expires_at = NULL, updated_at = ${leaseTime("$2")}
      WHERE lease_owner = $1`);
    this.#lock = statement(`SELECT id FROM ${s}.runs WHERE ${IS_HELD} FOR NO KEY UPDATE`);
  }

  /** @param leaseId - of this call: repeated, it gets what it got */
  async acquire(
    session: Session,
    runId: string,
    ttlMs: number,
    now: number | undefined,
    leaseId: string,
  ): Promise<Lease | undefined> {
    const key = storable(runId, "runId");
    const take = async (insteadOf: string | null): Promise<Lease | undefined> => {
      const [taken] = await session.query(this.#take, [key, this.#owner, leaseId, ttlMs, now ?? null, insteadOf]);
      return taken && { runId, epoch: Number(taken.lease_epoch) };
    };
    const lease = await take(null);
    if (lease !== undefined) return lease;
    const [row] = await session.query(this.#select, [key, leaseId]);
    if (row === undefined || row.lease_owner === null) return undefined;
    if (row.own) return { runId, epoch: Number(row.lease_epoch) };
    return isOwnerGone(row.lease_owner) ? take(row.lease_owner) : undefined;
  }

  async renew(session: Session, lease: Lease, ttlMs: number, now: number | undefined): Promise<boolean> {
    const renewed = await session.query(this.#renew, [...this.held(lease), ttlMs, now ?? null]);
    return renewed.length > 0;
  }

  async release(session: Session, lease: Lease, now: number | undefined): Promise<void> {
    await session.query(this.#release, [...this.held(lease), now ?? null]);
  }

  /** The first three parameters of statements that say {@link IS_HELD}. */
  held({ runId, epoch }: Lease): readonly unknown[] {
    return [storable(runId, "runId"), this.#owner, epoch];
  }

  /** Gives back every lease of this owner. */
  async releaseAll(session: Session, now: number | undefined): Promise<void> {
    await session.query(this.#releaseAll, [this.#owner, now ?? null]);
  }

  /** The key in `runs` of the run that `lease` gives the right to write to, until the transaction's end; undefined if it does not, or no longer. */
  async lock(session: Session, lease: Lease): Promise<bigint | undefined> {
    const [run] = await session.query(this.#lock, this.held(lease));
    return run?.id;
  }
}
