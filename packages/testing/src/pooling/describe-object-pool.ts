import type { ObjectPool, PooledKind } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";

/** How the suite gets at the pool under test. */
export interface ObjectPoolHarness {
  /** Of the pool, as the suite's title shows it. */
  readonly name: string;
  /** A pool in which nothing is lent. */
  readonly open: () => ObjectPool | Promise<ObjectPool>;
}

interface Frame {
  path: string;
  input: unknown;
}

/** More than any pool is likely to keep. */
const MANY = 20_000;

function frames(reset?: (frame: Frame) => void): PooledKind<Frame> {
  return {
    name: "frame",
    make: () => ({ path: "", input: undefined }),
    reset:
      reset ??
      ((frame) => {
        frame.path = "";
        frame.input = undefined;
      }),
  };
}

const CLEAN: Frame = { path: "", input: undefined };

/**
 * The contract of {@link ObjectPool} as a suite of tests, which one that never keeps anything fulfils too. Call it at the
 * top of a test file that Vitest runs.
 */
export function describeObjectPool({ name, open }: ObjectPoolHarness): void {
  describe(`The ${name} object pool`, () => {
    test("lends out what the kind makes", async () => {
      const pool = await open();
      expect(pool.acquire(frames())).toStrictEqual(CLEAN);
    });

    test("never lends out to two at once", async () => {
      const pool = await open();
      const kind = frames();
      const given = pool.acquire(kind);
      pool.release(kind, given);
      const lent = Array.from({ length: 10 }, () => pool.acquire(kind));
      expect(new Set(lent).size).toBe(10);
    });

    test("lends out nothing that has something of its last use on it", async () => {
      const pool = await open();
      const kind = frames();
      const lent = new Set<Frame>();
      for (let turn = 0; turn < 500; turn++) {
        const frame = pool.acquire(kind);
        expect(frame).toStrictEqual(CLEAN);
        frame.path = `step-${turn}`;
        frame.input = { turn };
        lent.add(frame);
        for (const old of [...lent].slice(0, turn % 3)) {
          lent.delete(old);
          pool.release(kind, old);
        }
      }
    });

    test("given one back twice, lends it out once", async () => {
      const pool = await open();
      const kind = frames();
      const frame = pool.acquire(kind);
      pool.release(kind, frame);
      pool.release(kind, frame);
      expect(pool.acquire(kind)).not.toBe(pool.acquire(kind));
    });

    test("given one back late, when another has it, leaves it to the other", async () => {
      const pool = await open();
      const kind = frames();
      const first = pool.acquire(kind);
      pool.release(kind, first);
      const second = pool.acquire(kind);
      second.path = "in use";
      pool.release(kind, { ...second });
      expect(second.path).toBe("in use");
      expect(pool.acquire(kind)).not.toBe(second);
    });

    test("does not take in what it never lent, nor reset it", async () => {
      const pool = await open();
      const kind = frames();
      pool.acquire(kind);
      const stranger: Frame = { path: "mine", input: 1 };
      pool.release(kind, stranger);
      expect(stranger).toStrictEqual({ path: "mine", input: 1 });
      expect(pool.acquire(kind)).not.toBe(stranger);
    });

    test("does not take in what another pool lent", async () => {
      const [pool, other] = [await open(), await open()];
      const kind = frames();
      const foreign = other.acquire(kind);
      pool.release(kind, foreign);
      expect(pool.acquire(kind)).not.toBe(foreign);
    });

    test("does not take in what it lent as another kind, even one of the same name", async () => {
      const pool = await open();
      const [kind, namesake] = [frames(), frames()];
      const frame = pool.acquire(kind);
      pool.release(namesake, frame);
      expect(pool.acquire(namesake)).not.toBe(frame);
    });

    test("keeps kinds of one name apart", async () => {
      const pool = await open();
      const kind = frames();
      pool.release(kind, pool.acquire(kind));
      const lists: PooledKind<string[]> = {
        name: "frame",
        make: () => [],
        reset: (list) => {
          list.length = 0;
        },
      };
      expect(pool.acquire(lists)).toStrictEqual([]);
    });

    test("does not lend out again what can't be reset, and tells nobody who gives it back", async () => {
      const pool = await open();
      const kind = frames(() => {
        throw new Error("can't be reset");
      });
      const frame = pool.acquire(kind);
      frame.path = "left behind";
      pool.release(kind, frame);
      expect(pool.acquire(kind)).toStrictEqual(CLEAN);
      expect(pool.acquire(kind)).not.toBe(frame);
    });

    test("hands on what making one throws, and goes on after it", async () => {
      const pool = await open();
      let broken = true;
      const kind: PooledKind<Frame> = {
        ...frames(),
        make: () => {
          if (broken) throw new Error("none left");
          return { ...CLEAN };
        },
      };
      expect(() => pool.acquire(kind)).toThrow("none left");
      broken = false;
      expect(pool.acquire(kind)).toStrictEqual(CLEAN);
    });

    test(`is bounded: of ${MANY} given back it does not lend out all again`, async () => {
      const pool = await open();
      const kind = frames();
      const lent = Array.from({ length: MANY }, () => pool.acquire(kind));
      const before = new Set(lent);
      for (const frame of lent) pool.release(kind, frame);
      const again = Array.from({ length: MANY }, () => pool.acquire(kind));
      expect(new Set(again).size).toBe(MANY);
      expect(again.filter((frame) => before.has(frame)).length).toBeLessThan(MANY);
    });
  });
}
