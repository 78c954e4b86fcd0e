import { getEventListeners } from "node:events";
import type { Clock, RateLimiter, RatePermit, RateRequest } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";

/** How the suite gets at the limiter under test. */
export interface RateLimiterHarness {
  /** Of the implementation, as the suite's title shows it. */
  readonly name: string;
  /** A limiter that has let nothing through yet, and tells time by `clock`. */
  readonly open: (clock: Clock) => RateLimiter;
}

const MINUTE_MS = 60_000;

/** A call that asked to be let through. */
interface Asked {
  /** Once it was let through. */
  permit: RatePermit | undefined;
  /** What it was refused with. */
  refusal: unknown;
  readonly abort: (reason: unknown) => void;
  readonly signal: AbortSignal;
}

interface Opened {
  readonly limiter: RateLimiter;
  readonly clock: CountingClock;
  /** Asks, and waits until the limiter has done what it does at once. */
  readonly ask: (
    limits: RateRequest["limits"],
    more?: { readonly tokens?: number; readonly resource?: string },
  ) => Promise<Asked>;
}

/**
 * The contract of {@link RateLimiter} as a suite of tests. Call it at the top of a test file that Vitest runs; every
 * implementation has to pass all of it.
 */
export function describeRateLimiter(harness: RateLimiterHarness): void {
  function open(): Opened {
    const clock = new CountingClock();
    const limiter = harness.open(clock);
    return {
      limiter,
      clock,
      ask: async (limits, { tokens = 0, resource = "api" } = {}) => {
        const controller = new AbortController();
        const abort = (reason: unknown): void => {
          controller.abort(reason);
        };
        const { signal } = controller;
        const asked: Asked = { permit: undefined, refusal: undefined, abort, signal };
        limiter.acquire({ resource, limits, tokens, signal }).then(
          (permit) => {
            asked.permit = permit;
          },
          (error: unknown) => {
            asked.refusal = error;
          },
        );
        await settled();
        return asked;
      },
    };
  }

  describe(`The ${harness.name} rate limiter`, () => {
    test("lets every call through that has no limits", async () => {
      const { limiter, ask } = open();
      for (let call = 0; call < 100; call++) expect(await ask({}, { tokens: 1_000_000 })).toSatisfy(isThrough);
      expect(limiter.queued).toBe(0);
    });

    describe("calls at a time:", () => {
      test("holds back what is too much, and lets one through for each that ends", async () => {
        const { limiter, ask } = open();
        const calls = [];
        for (let call = 0; call < 5; call++) calls.push(await ask({ concurrency: 2 }));
        expect(through(calls)).toStrictEqual([0, 1]);
        expect(limiter.queued).toBe(3);
        calls[1]?.permit?.release();
        await settled();
        expect(through(calls)).toStrictEqual([0, 1, 2]);
        expect(limiter.queued).toBe(2);
      });

      test("takes a second release of one call for nothing", async () => {
        const { ask } = open();
        const calls = [];
        for (let call = 0; call < 4; call++) calls.push(await ask({ concurrency: 1 }));
        calls[0]?.permit?.release();
        calls[0]?.permit?.release();
        await settled();
        expect(through(calls)).toStrictEqual([0, 1]);
      });

      test("needs no timer", async () => {
        const { clock, ask } = open();
        for (let call = 0; call < 5; call++) await ask({ concurrency: 1 });
        expect(clock.timers).toBe(0);
      });
    });

    describe("requests a minute:", () => {
      test("lets no more through in any minute, also when they have ended", async () => {
        const { clock, ask } = open();
        const calls = [];
        for (let call = 0; call < 5; call++) calls.push(await ask({ requestsPerMinute: 2 }));
        for (const { permit } of calls) permit?.release();
        await settled();
        expect(through(calls)).toStrictEqual([0, 1]);
        await pass(clock, MINUTE_MS - 1);
        expect(through(calls)).toStrictEqual([0, 1]);
        await pass(clock, 1_001);
        expect(through(calls)).toStrictEqual([0, 1, 2, 3]);
      });

      test("gives no second helping after a quiet minute", async () => {
        const { clock, ask } = open();
        await pass(clock, MINUTE_MS * 10.5);
        const calls = [];
        for (let call = 0; call < 3; call++) calls.push(await ask({ requestsPerMinute: 3 }));
        await pass(clock, MINUTE_MS - 1);
        for (let call = 0; call < 3; call++) calls.push(await ask({ requestsPerMinute: 3 }));
        expect(through(calls)).toStrictEqual([0, 1, 2]);
        await pass(clock, 1_001);
        expect(through(calls)).toStrictEqual([0, 1, 2, 3, 4, 5]);
        const late = await ask({ requestsPerMinute: 3 });
        expect(late.permit).toBeUndefined();
        await pass(clock, MINUTE_MS - 1_001);
        expect(late.permit).toBeUndefined();
      });

      test("lets fewer than one a minute through as many minutes apart", async () => {
        const { clock, ask } = open();
        const calls = [await ask({ requestsPerMinute: 0.5 }), await ask({ requestsPerMinute: 0.5 })];
        await pass(clock, MINUTE_MS * 2 - 1);
        expect(through(calls)).toStrictEqual([0]);
        await pass(clock, 1_001);
        expect(through(calls)).toStrictEqual([0, 1]);
      });
    });

    describe("tokens a minute:", () => {
      const limits = { tokensPerMinute: 100 };

      test("holds back what would be too many", async () => {
        const { clock, ask } = open();
        const calls = [await ask(limits, { tokens: 60 }), await ask(limits, { tokens: 40 })];
        calls.push(await ask(limits, { tokens: 1 }));
        expect(through(calls)).toStrictEqual([0, 1]);
        await pass(clock, MINUTE_MS + 1_000);
        expect(through(calls)).toStrictEqual([0, 1, 2]);
      });

      test("goes by what a call really used, once that is known", async () => {
        const { clock, ask } = open();
        const calls = [await ask(limits, { tokens: 80 }), await ask(limits, { tokens: 50 })];
        calls[0]?.permit?.release(50);
        await settled();
        expect(through(calls)).toStrictEqual([0, 1]);
        calls[1]?.permit?.release(200);
        calls.push(await ask(limits, { tokens: 1 }));
        await pass(clock, MINUTE_MS - 1);
        expect(through(calls)).toStrictEqual([0, 1]);
        await pass(clock, 1_001);
        expect(through(calls)).toStrictEqual([0, 1, 2]);
      });

      test("lets a correction that comes after the minute change nothing", async () => {
        const { clock, ask } = open();
        const calls = [await ask(limits, { tokens: 10 })];
        await pass(clock, MINUTE_MS + 1_000);
        calls[0]?.permit?.release(1_000);
        calls.push(await ask(limits, { tokens: 100 }));
        calls.push(await ask(limits, { tokens: 1 }));
        expect(through(calls)).toStrictEqual([0, 1]);
      });

      test("lets the estimate stand if nobody knows better", async () => {
        const { ask } = open();
        const calls = [await ask(limits, { tokens: 80 }), await ask(limits, { tokens: 50 })];
        calls[0]?.permit?.release();
        await settled();
        expect(through(calls)).toStrictEqual([0]);
      });

      test("lets a call that alone is too much through when no other is in the window", async () => {
        const { clock, ask } = open();
        const calls = [await ask(limits, { tokens: 1 }), await ask(limits, { tokens: 500 })];
        expect(through(calls)).toStrictEqual([0]);
        await pass(clock, MINUTE_MS + 1_000);
        expect(through(calls)).toStrictEqual([0, 1]);
        calls.push(await ask(limits, { tokens: 1 }));
        expect(through(calls)).toStrictEqual([0, 1]);
      });
    });

    describe("a queue:", () => {
      test("is served in the order in which calls came, however little the later ones want", async () => {
        const { clock, ask } = open();
        const limits = { tokensPerMinute: 100 };
        const calls = [await ask(limits, { tokens: 90 })];
        calls.push(await ask(limits, { tokens: 50 }), await ask(limits, { tokens: 1 }));
        expect(through(calls)).toStrictEqual([0]);
        await pass(clock, MINUTE_MS + 1_000);
        expect(through(calls)).toStrictEqual([0, 1, 2]);
      });

      test("of one resource says nothing about another", async () => {
        const { limiter, ask } = open();
        await ask({ concurrency: 1 });
        await ask({ concurrency: 1 });
        expect(await ask({ concurrency: 1 }, { resource: "other" })).toSatisfy(isThrough);
        expect(limiter.queued).toBe(1);
      });

      test("holds each call to its own limits, against what all of its resource take", async () => {
        const { ask } = open();
        const calls = [await ask({ concurrency: 3 }), await ask({ concurrency: 3 }), await ask({ concurrency: 1 })];
        expect(through(calls)).toStrictEqual([0, 1]);
        calls[0]?.permit?.release();
        await settled();
        expect(through(calls)).toStrictEqual([0, 1]);
        calls[1]?.permit?.release();
        await settled();
        expect(through(calls)).toStrictEqual([0, 1, 2]);
      });

      test("has one timer at most, and none when it is empty", async () => {
        const { clock, ask } = open();
        await ask({ requestsPerMinute: 1 });
        expect(clock.timers).toBe(0);
        const waiting = [];
        for (let call = 0; call < 5; call++) {
          waiting.push(await ask({ requestsPerMinute: 1 }));
          expect(clock.timers).toBe(1);
        }
        await pass(clock, MINUTE_MS + 1_000);
        expect(clock.timers).toBe(1);
        for (const { abort } of waiting) abort("enough");
        await settled();
        expect(clock.timers).toBe(0);
      });
    });

    describe("a call that is called off", () => {
      test("before it asks is refused with the reason, and takes nothing", async () => {
        const { limiter, ask } = open();
        const signal = AbortSignal.abort("enough");
        const request = { resource: "api", limits: { requestsPerMinute: 1 }, tokens: 0, signal };
        await expect(limiter.acquire(request)).rejects.toBe("enough");
        expect(await ask({ requestsPerMinute: 1 })).toSatisfy(isThrough);
      });

      test("while it waits is refused with the reason, and takes nothing", async () => {
        const { limiter, ask } = open();
        const calls = [await ask({ concurrency: 1 }), await ask({ concurrency: 1 }), await ask({ concurrency: 1 })];
        calls[1]?.abort("enough");
        await settled();
        expect(calls[1]?.refusal).toBe("enough");
        expect(limiter.queued).toBe(1);
        calls[0]?.permit?.release();
        await settled();
        expect(through(calls)).toStrictEqual([0, 2]);
      });

      test("makes way for those who waited behind it", async () => {
        const { ask } = open();
        const limits = { tokensPerMinute: 100 };
        const calls = [await ask(limits, { tokens: 90 }), await ask(limits, { tokens: 50 })];
        calls.push(await ask(limits, { tokens: 10 }));
        calls[1]?.abort("enough");
        await settled();
        expect(through(calls)).toStrictEqual([0, 2]);
      });

      test("once it was let through keeps what it took", async () => {
        const { ask } = open();
        const calls = [await ask({ concurrency: 1 }), await ask({ concurrency: 1 })];
        calls[0]?.abort("too late");
        await settled();
        expect(through(calls)).toStrictEqual([0]);
      });

      test("leaves no listener behind, nor does one that was let through", async () => {
        const { ask } = open();
        const calls = [await ask({ concurrency: 1 }), await ask({ concurrency: 1 }), await ask({ concurrency: 1 })];
        calls[1]?.abort("enough");
        calls[0]?.permit?.release();
        await settled();
        expect(calls.flatMap(({ signal }) => getEventListeners(signal, "abort"))).toStrictEqual([]);
      });
    });
  });
}

function isThrough({ permit }: Asked): boolean {
  return permit !== undefined;
}

/** Which of the calls were let through so far. */
function through(calls: readonly Asked[]): readonly number[] {
  return calls.flatMap((call, index) => (isThrough(call) ? [index] : []));
}

async function pass(clock: ManualClock, ms: number): Promise<void> {
  clock.advance(ms);
  await settled();
}

/** Lets go on whatever waits for promises alone. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Knows how many timers are set on it. */
class CountingClock extends ManualClock {
  timers = 0;

  override schedule(callback: () => void, ms: number): () => void {
    let set = true;
    const end = (): void => {
      if (set) this.timers--;
      set = false;
    };
    this.timers++;
    const cancel = super.schedule(() => {
      end();
      callback();
    }, ms);
    return () => {
      end();
      cancel();
    };
  }
}
