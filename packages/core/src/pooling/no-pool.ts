import type { ObjectPool, PooledKind } from "../protocols/object-pool.ts";

/** Makes each object anew, and leaves what is given back to the garbage collector. */
export class NoPool implements ObjectPool {
  acquire<Value extends object>(kind: PooledKind<Value>): Value {
    return kind.make();
  }

  release(): void {
    // Nothing is kept.
  }
}
