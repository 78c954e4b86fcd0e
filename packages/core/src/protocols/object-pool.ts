import { type ServiceToken, token } from "./token.ts";

/** A kind of object that can be used again once it was reset. */
export interface PooledKind<Value extends object> {
  readonly name: string;
  make(): Value;
  /** Takes everything of its last use off it. */
  reset(value: Value): void;
}

/** Lends out objects, so that those that are given back need not be made anew. */
export interface ObjectPool {
  acquire<Value extends object>(kind: PooledKind<Value>): Value;
  /** Gives one back that nobody refers to any more. A second time, or of another's, it has no effect. */
  release<Value extends object>(kind: PooledKind<Value>, value: Value): void;
}

export const ObjectPool: ServiceToken<ObjectPool> = token<ObjectPool>("ObjectPool");
