import type { CacheBackend, Clock } from "@flujo/core/protocols";
import { afterEach, describe, expect, test } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";
import { HOSTILE_TEXTS } from "../contract/hostile-texts.ts";

/** How the suite gets at the cache under test. */
export interface CacheBackendHarness<Cache extends CacheBackend> {
  /** Of the cache, as the suite's title shows it. */
  readonly name: string;
  /** A cache with nothing in it, that measures ages by `clock.monotonic()`. */
  readonly open: (clock: Clock) => Cache | Promise<Cache>;
  /** Ends what {@link open} opened. Default: nothing is to be done. */
  readonly close?: (cache: Cache) => void | Promise<void>;
  /**
   * Whether ages are measured by a clock that isn't the suite's, such as a server's own. Then the suite
   * says nothing of ages. Default false.
   */
  readonly ownClock?: boolean;
  /** Whether a small value that was just set may be forgotten already. Default false. */
  readonly forgetful?: boolean;
}

/**
 * The contract of {@link CacheBackend} as a suite of tests. Call it at the top of a test file that Vitest
 * runs. A cache may forget: what it gives has to be what was set last, and good still.
 */
export function describeCacheBackend<Cache extends CacheBackend>(harness: CacheBackendHarness<Cache>): void {
  const { name, ownClock = false, forgetful = false } = harness;
  const opened: Cache[] = [];

  async function open(): Promise<{ readonly cache: Cache; readonly clock: JumpingClock }> {
    const clock = new JumpingClock();
    const cache = await harness.open(clock);
    opened.push(cache);
    return { cache, clock };
  }

  function expectKept(found: string | undefined, value: string): void {
    // Compared with ===: a failed comparison would print all of a long value.
    expect(found === value || (forgetful && found === undefined)).toBe(true);
  }

  function expectKeptOrForgotten(found: string | undefined, value: string): void {
    expect(found === value || found === undefined).toBe(true);
  }

  describe(`The ${name} cache`, () => {
    afterEach(async () => {
      for (const cache of opened.splice(0)) await harness.close?.(cache);
    });

    test("has nothing at first", async () => {
      const { cache } = await open();
      for (const key of ["", "key", ...HOSTILE_TEXTS]) expect(await cache.get(key)).toBeUndefined();
    });

    test("gives what was set, as often as it is asked", async () => {
      const { cache } = await open();
      await cache.set("key", "value", 1_000);
      expectKept(await cache.get("key"), "value");
      expectKept(await cache.get("key"), "value");
    });

    test("gives what was set last", async () => {
      const { cache } = await open();
      await cache.set("key", "first", 1_000);
      await cache.set("key", "second", 1_000);
      expectKept(await cache.get("key"), "second");
      await cache.set("key", "", Infinity);
      expectKept(await cache.get("key"), "");
      await cache.set("key", "first", 1_000);
      expectKept(await cache.get("key"), "first");
    });

    test("keeps what is set under a key from all other keys", async () => {
      const { cache } = await open();
      const keys = ["", "key", "key ", "keys", ...HOSTILE_TEXTS];
      for (const [index, key] of keys.entries()) await cache.set(key, `value ${index}`, 1_000);
      for (const [index, key] of keys.entries()) expectKept(await cache.get(key), `value ${index}`);
      expect(await cache.get("another key")).toBeUndefined();
    });

    test("keeps a key that is no valid text apart, or refuses it", async () => {
      const { cache } = await open();
      const keys = ["half a pair \ud83d", "half a pair \ud83e", "half a pair \ufffd"];
      const refused = new Set<string>();
      for (const key of keys) await cache.set(key, JSON.stringify(key), 1_000).catch(() => refused.add(key));
      for (const key of keys.filter((each) => !refused.has(each)))
        expectKept(await cache.get(key), JSON.stringify(key));
    });

    test("gives values of any spelling as they were", async () => {
      const { cache } = await open();
      for (const value of ["", ...HOSTILE_TEXTS]) {
        await cache.set("key", value, 1_000);
        expectKept(await cache.get("key"), value);
      }
    });

    test("gives a value of megabytes as it was, or has forgotten it and the one before", async () => {
      const { cache } = await open();
      const large = "€".repeat(4_194_304);
      await cache.set("key", "small", 1_000);
      await cache.set("key", large, 1_000);
      expectKeptOrForgotten(await cache.get("key"), large);
    });

    test("shares nothing with another cache", async () => {
      const [{ cache: one }, { cache: other }] = [await open(), await open()];
      await one.set("key", "value", 1_000);
      expect(await other.get("key")).toBeUndefined();
    });

    test("gives only what was set, however much of it there is", async () => {
      const { cache } = await open();
      const value = "x".repeat(10_000);
      for (let index = 0; index < 2_000; index++) await cache.set(`key ${index}`, `${index} ${value}`, Infinity);
      for (let index = 0; index < 2_000; index++)
        expectKeptOrForgotten(await cache.get(`key ${index}`), `${index} ${value}`);
    });

    test("is not confused by many calls at the same time", async () => {
      const { cache } = await open();
      const indices = Array.from({ length: 200 }, (_, index) => index);
      await Promise.all(indices.map((index) => cache.set(`key ${index % 50}`, `value ${index % 50}`, 1_000)));
      const found = await Promise.all(indices.map((index) => cache.get(`key ${index % 50}`)));
      for (const [index, value] of found.entries()) expectKept(value, `value ${index % 50}`);
    });

    if (ownClock) return;

    test.each([1, 1.5, 1_000, 30 * 86_400_000])(
      "gives a value that is good for %d ms until then, and not after",
      async (ttlMs) => {
        const { cache, clock } = await open();
        await cache.set("key", "value", ttlMs);
        clock.advance(ttlMs * 0.99);
        expectKept(await cache.get("key"), "value");
        clock.advance(ttlMs * 0.02);
        expect(await cache.get("key")).toBeUndefined();
      },
    );

    test("keeps a value whose time is Infinity", async () => {
      const { cache, clock } = await open();
      await cache.set("key", "value", Infinity);
      clock.advance(100 * 365 * 86_400_000);
      expectKept(await cache.get("key"), "value");
    });

    test("measures a value's time from when it was last set, not from when it was first set or asked for", async () => {
      const { cache, clock } = await open();
      await cache.set("set again", "first", 100);
      await cache.set("asked for", "value", 100);
      clock.advance(60);
      await cache.set("set again", "second", 100);
      await cache.get("asked for");
      clock.advance(60);
      expectKept(await cache.get("set again"), "second");
      expect(await cache.get("asked for")).toBeUndefined();
    });

    test("goes by the newest time, be it longer or shorter", async () => {
      const { cache, clock } = await open();
      await cache.set("shorter", "1", Infinity);
      await cache.set("shorter", "2", 10);
      await cache.set("longer", "1", 10);
      await cache.set("longer", "2", Infinity);
      clock.advance(11);
      expect(await cache.get("shorter")).toBeUndefined();
      expectKept(await cache.get("longer"), "2");
    });

    test("measures by a time that does not jump when somebody sets the clock", async () => {
      const { cache, clock } = await open();
      await cache.set("key", "value", 1_000);
      clock.jump(86_400_000);
      expectKept(await cache.get("key"), "value");
      clock.jump(-2 * 86_400_000);
      clock.advance(1_001);
      expect(await cache.get("key")).toBeUndefined();
    });
  });
}

/** Moved by hand, and its `now()` also apart from its `monotonic()`, as when somebody sets the machine's clock. */
class JumpingClock extends ManualClock {
  #offsetMs = 0;

  override now(): number {
    return super.now() + this.#offsetMs;
  }

  jump(ms: number): void {
    this.#offsetMs += ms;
  }
}
