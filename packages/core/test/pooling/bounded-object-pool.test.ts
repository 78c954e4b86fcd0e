import { BoundedObjectPool, NoPool } from "@flujo/core";
import type { PooledKind } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";

const lists = (): PooledKind<string[]> => ({
  name: "list",
  make: () => [],
  reset: (list) => {
    list.length = 0;
  },
});

describe("BoundedObjectPool", () => {
  test("lends out again what was given back, as new", () => {
    const pool = new BoundedObjectPool();
    const kind = lists();
    const list = pool.acquire(kind);
    list.push("last use");
    pool.release(kind, list);
    expect(pool.acquire(kind)).toBe(list);
    expect(list).toEqual([]);
  });

  test("keeps of each kind as many as it may, and drops the others", () => {
    const pool = new BoundedObjectPool({ maxPerKind: 2 });
    for (const kind of [lists(), lists()]) {
      const lent = Array.from({ length: 5 }, () => pool.acquire(kind));
      for (const list of lent) pool.release(kind, list);
      const again = Array.from({ length: 5 }, () => pool.acquire(kind));
      expect(again.filter((list) => lent.includes(list))).toHaveLength(2);
    }
    expect(pool.stats).toEqual({ acquired: 20, reused: 4, released: 10, dropped: 6 });
  });

  test("counts what it did, and nothing that was no loan of its", () => {
    const pool = new BoundedObjectPool();
    const kind = lists();
    const unresettable: PooledKind<string[]> = {
      ...lists(),
      reset: () => {
        throw new Error("can't be reset");
      },
    };
    const [first, second] = [pool.acquire(kind), pool.acquire(kind)];
    pool.release(kind, first);
    pool.release(kind, first);
    pool.release(kind, []);
    pool.release(unresettable, second);
    pool.acquire(kind);
    pool.release(unresettable, pool.acquire(unresettable));
    expect(pool.stats).toEqual({ acquired: 4, reused: 1, released: 2, dropped: 1 });
  });

  test.each([0, 1.5, -1, Infinity, Number.NaN])("refuses to keep %d of a kind", (maxPerKind) => {
    expect(() => new BoundedObjectPool({ maxPerKind })).toThrow(expect.objectContaining({ option: "maxPerKind" }));
  });
});

test("NoPool makes anew each time, and does not touch what is given back", () => {
  const pool = new NoPool();
  const kind = lists();
  const list = pool.acquire(kind);
  list.push("last use");
  pool.release();
  expect(pool.acquire(kind)).not.toBe(list);
  expect(list).toEqual(["last use"]);
});
