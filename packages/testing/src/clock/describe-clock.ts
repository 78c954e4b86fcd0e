import type { Clock } from "@flujo/core/protocols";
import { afterEach, describe, expect, test } from "vitest";

/** How the suite gets at the clock under test. */
export interface ClockHarness<Time extends Clock> {
  /** Of the clock, as the suite's title shows it. */
  readonly name: string;
  readonly open: () => Time | Promise<Time>;
  /** Lets at least `ms` milliseconds pass on a clock that is moved. Default: waits for the machine's time. */
  readonly pass?: (clock: Time, ms: number) => void | Promise<void>;
}

interface Scheduled {
  readonly calls: number;
  readonly cancel: () => void;
}

/** Timers of the machine may be early by as much. */
const EARLY_MS = 1;

/** The contract of {@link Clock} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeClock<Time extends Clock>({ name, open, pass = wait }: ClockHarness<Time>): void {
  const cancels: (() => void)[] = [];

  /** Schedules what the end of the test cancels, and counts the calls. */
  function scheduled(clock: Time, ms: number, callback: () => void = () => undefined): Scheduled {
    const timer = { calls: 0, cancel: (): void => undefined };
    timer.cancel = clock.schedule(() => {
      timer.calls += 1;
      callback();
    }, ms);
    cancels.push(timer.cancel);
    return timer;
  }

  describe(`The ${name} clock`, () => {
    afterEach(() => {
      for (const cancel of cancels.splice(0)) cancel();
    });

    test("tells the time in milliseconds since the epoch", async () => {
      const now = (await open()).now();
      // From 2001 to 2286: neither seconds nor microseconds.
      expect(now).toBeGreaterThanOrEqual(1e12);
      expect(now).toBeLessThan(1e13);
    });

    test("measures durations in milliseconds, by a time that never goes back", async () => {
      const clock = await open();
      const start = clock.monotonic();
      let last = start;
      for (let reading = 0; reading < 1_000; reading++) {
        const next = clock.monotonic();
        expect(next).toBeGreaterThanOrEqual(last);
        last = next;
      }
      await pass(clock, 20);
      expect(clock.monotonic() - start).toBeGreaterThanOrEqual(20 - EARLY_MS);
    });

    test("calls back once", async () => {
      const clock = await open();
      const timer = scheduled(clock, 2);
      await pass(clock, 20);
      expect(timer.calls).toBe(1);
    });

    test("does not call back before the time has come", async () => {
      const clock = await open();
      const start = clock.monotonic();
      let calledAt = Number.NaN;
      scheduled(clock, 20, () => {
        calledAt = clock.monotonic();
      });
      await pass(clock, 40);
      expect(calledAt - start).toBeGreaterThanOrEqual(20 - EARLY_MS);
    });

    test.each([0, -1, 0.5])("calls back soon for %d ms, but never before schedule has returned", async (ms) => {
      const clock = await open();
      const timer = scheduled(clock, ms);
      expect(timer.calls).toBe(0);
      await pass(clock, 5);
      expect(timer.calls).toBe(1);
    });

    test("calls back in the order in which timers come due", async () => {
      const clock = await open();
      const calls: string[] = [];
      scheduled(clock, 40, () => calls.push("last"));
      scheduled(clock, 20, () => calls.push("second"));
      scheduled(clock, 1, () => calls.push("first"));
      await pass(clock, 60);
      expect(calls).toStrictEqual(["first", "second", "last"]);
    });

    test("does not call back what was cancelled, and calls back the others", async () => {
      const clock = await open();
      const [kept, cancelled, keptToo] = [scheduled(clock, 5), scheduled(clock, 5), scheduled(clock, 5)];
      cancelled.cancel();
      cancelled.cancel();
      await pass(clock, 20);
      expect([kept.calls, cancelled.calls, keptToo.calls]).toStrictEqual([1, 0, 1]);
    });

    test("lets a callback cancel another that is due at the same time", async () => {
      const clock = await open();
      const timers: Scheduled[] = [scheduled(clock, 5, () => timers[1]?.cancel()), scheduled(clock, 5)];
      await pass(clock, 20);
      expect(timers.map(({ calls }) => calls)).toStrictEqual([1, 0]);
    });

    test("takes a cancellation that comes after the call, and harms nobody by it", async () => {
      const clock = await open();
      const over = scheduled(clock, 1);
      await pass(clock, 10);
      const next = scheduled(clock, 1);
      over.cancel();
      await pass(clock, 10);
      expect([over.calls, next.calls]).toStrictEqual([1, 1]);
    });

    test("lets a callback schedule the next", async () => {
      const clock = await open();
      let second: Scheduled | undefined;
      scheduled(clock, 1, () => {
        second = scheduled(clock, 1);
      });
      await pass(clock, 20);
      expect(second?.calls).toBe(1);
    });

    // Timers of many platforms hold 31 bits of milliseconds, 25 days, and call back at once for more.
    test.each([2 ** 31 - 1, 2 ** 31, 2 ** 32 + 1, 365 * 86_400_000, Number.MAX_SAFE_INTEGER, Infinity])(
      "does not call back soon what is due in %d ms",
      async (ms) => {
        const clock = await open();
        const timer = scheduled(clock, ms);
        await pass(clock, 10);
        expect(timer.calls).toBe(0);
        timer.cancel();
      },
    );
  });
}

/** Waits until the machine's clock has moved by `ms`, and what came due on the way was called back. */
async function wait(_clock: Clock, ms: number): Promise<void> {
  const end = performance.now() + ms;
  do await new Promise((resolve) => setTimeout(resolve, end - performance.now()));
  while (performance.now() < end);
  await new Promise((resolve) => setTimeout(resolve, 1));
}
