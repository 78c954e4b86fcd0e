import { BoundedObjectPool } from "@flujo/core";
import type { ObjectPool, PooledKind } from "@flujo/core/protocols";

/** A pool without a care, of which each mutant leaves something as it is. */
class CarelessPool implements ObjectPool {
  readonly free = new Map<unknown, object[]>();

  acquire<Value extends object>(kind: PooledKind<Value>): Value {
    return (this.#shelf(kind).pop() as Value | undefined) ?? kind.make();
  }

  release<Value extends object>(kind: PooledKind<Value>, value: Value): void {
    kind.reset(value);
    this.#shelf(kind).push(value);
  }

  keyOf(kind: PooledKind<object>): unknown {
    return kind;
  }

  #shelf(kind: PooledKind<object>): object[] {
    const shelf = this.free.get(this.keyOf(kind)) ?? [];
    this.free.set(this.keyOf(kind), shelf);
    return shelf;
  }
}

class ByName extends CarelessPool {
  override keyOf(kind: PooledKind<object>): unknown {
    return kind.name;
  }
}

/** Pools that each break one promise, by the title (in part) of a test that has to notice. */
export const OBJECT_POOLS: Readonly<Record<string, new () => ObjectPool>> = {
  "lends out what the kind makes": class extends CarelessPool {
    override acquire<Value extends object>(): Value {
      return {} as Value;
    }
  },

  "never lends out to two at once": class extends CarelessPool {
    readonly #only = new Map<unknown, object>();
    override acquire<Value extends object>(kind: PooledKind<Value>): Value {
      const value = (this.#only.get(kind) as Value | undefined) ?? kind.make();
      this.#only.set(kind, value);
      return value;
    }
  },

  "has something of its last use on it": class extends BoundedObjectPool {
    override release<Value extends object>(kind: PooledKind<Value>, value: Value): void {
      super.release({ ...kind, reset: () => undefined }, value);
      this.kept.push(value);
    }
    readonly kept: object[] = [];
    override acquire<Value extends object>(kind: PooledKind<Value>): Value {
      return (this.kept.pop() as Value | undefined) ?? super.acquire(kind);
    }
  },

  "given one back twice, lends it out once": CarelessPool,
  "does not take in what it never lent": CarelessPool,
  "does not take in what another pool lent": CarelessPool,
  "does not take in what it lent as another kind": ByName,
  "keeps kinds of one name apart": ByName,
  "tells nobody who gives it back": CarelessPool,
  "is bounded": CarelessPool,

  "does not lend out again what can't be reset": class extends CarelessPool {
    override release<Value extends object>(kind: PooledKind<Value>, value: Value): void {
      try {
        super.release(kind, value);
      } catch {
        super.release({ ...kind, reset: () => undefined }, value);
        this.free.set(kind, [value]);
      }
    }
  },

  "hands on what making one throws": class extends CarelessPool {
    override acquire<Value extends object>(kind: PooledKind<Value>): Value {
      try {
        return super.acquire(kind);
      } catch {
        return {} as Value;
      }
    }
  },
};
