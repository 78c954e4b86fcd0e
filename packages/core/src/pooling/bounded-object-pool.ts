import { InvalidOptionError } from "@flujo/dsl";
import type { ObjectPool, PooledKind } from "../protocols/object-pool.ts";

export interface BoundedObjectPoolOptions {
  /** Most objects of one kind that are kept for later. Whole, at least 1. Default 1 000. */
  readonly maxPerKind?: number;
}

/** What a pool has done so far, all kinds together. */
export interface ObjectPoolStats {
  /** Objects lent out, those made anew included. */
  readonly acquired: number;
  /** Objects lent out that had been lent out before. */
  readonly reused: number;
  /** Objects given back, those dropped included; not what was no loan of this pool. */
  readonly released: number;
  /** Objects given back that are not kept, since there were enough, or they could not be reset. */
  readonly dropped: number;
}

/** What there is of one kind. */
interface Shelf {
  readonly free: object[];
  /** Weak: what is never given back is nobody's business any more. */
  readonly lent: WeakSet<object>;
}

/** Keeps what is given back for the next who asks, up to a bound for each kind. */
export class BoundedObjectPool implements ObjectPool {
  readonly #maxPerKind: number;
  /** By identity: two kinds of one name need not make the same. */
  readonly #shelves = new WeakMap<PooledKind<object>, Shelf>();
  #acquired = 0;
  #reused = 0;
  #released = 0;
  #dropped = 0;

  /** @throws `InvalidOptionError` if `maxPerKind` is out of range. */
  constructor({ maxPerKind = 1_000 }: BoundedObjectPoolOptions = {}) {
    if (!Number.isSafeInteger(maxPerKind) || maxPerKind < 1) {
      throw new InvalidOptionError("maxPerKind", maxPerKind, "a whole number from 1");
    }
    this.#maxPerKind = maxPerKind;
  }

  get stats(): ObjectPoolStats {
    return { acquired: this.#acquired, reused: this.#reused, released: this.#released, dropped: this.#dropped };
  }

  acquire<Value extends object>(kind: PooledKind<Value>): Value {
    const { free, lent } = this.#shelf(kind);
    // Only what this kind made and reset is on its shelf.
    const kept = free.pop() as Value | undefined;
    const value = kept ?? kind.make();
    lent.add(value);
    this.#acquired++;
    if (kept !== undefined) this.#reused++;
    return value;
  }

  release<Value extends object>(kind: PooledKind<Value>, value: Value): void {
    const { free, lent } = this.#shelf(kind);
    if (!lent.delete(value)) return;
    this.#released++;
    if (free.length >= this.#maxPerKind || !resets(kind, value)) this.#dropped++;
    else free.push(value);
  }

  #shelf(kind: PooledKind<object>): Shelf {
    let shelf = this.#shelves.get(kind);
    if (shelf === undefined) {
      shelf = { free: [], lent: new WeakSet() };
      this.#shelves.set(kind, shelf);
    }
    return shelf;
  }
}

function resets<Value extends object>(kind: PooledKind<Value>, value: Value): boolean {
  try {
    kind.reset(value);
    return true;
  } catch {
    // It may be half reset. Nobody needs it: another is made.
    return false;
  }
}
