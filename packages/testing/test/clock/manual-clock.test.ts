import { InvalidOptionError } from "@flujo/core/protocols";
import { ManualClock } from "@flujo/testing";
import { describe, expect, test } from "vitest";

describe("ManualClock", () => {
  test("stands still until it is moved, then moves both its times", () => {
    const clock = new ManualClock(1_000);
    expect([clock.now(), clock.monotonic()]).toEqual([1_000, 0]);
    clock.advance(250.5);
    expect([clock.now(), clock.monotonic()]).toEqual([1_250.5, 250.5]);
  });

  test("calls timers back in the order in which they come due, each at its own moment", () => {
    const clock = new ManualClock(0);
    const calls: string[] = [];
    const note = (name: string) => () => calls.push(`${name} at ${clock.now()}`);
    clock.schedule(note("late"), 30);
    clock.schedule(note("early"), 10);
    clock.schedule(note("early too"), 10);
    clock.schedule(note("at once"), -5);
    clock.schedule(note("not yet"), 31);
    clock.advance(30);
    expect(calls).toEqual(["at once at 0", "early at 10", "early too at 10", "late at 30"]);
    expect(clock.now()).toBe(30);
    clock.advance(1);
    expect(calls.at(-1)).toBe("not yet at 31");
  });

  test("calls a timer back once", () => {
    const clock = new ManualClock();
    let calls = 0;
    clock.schedule(() => calls++, 1);
    clock.advance(1);
    clock.advance(10);
    expect(calls).toBe(1);
  });

  test("calls back timers that were scheduled on the way, as far as they come due", () => {
    const clock = new ManualClock(0);
    const calls: number[] = [];
    const tick = (): void => {
      calls.push(clock.now());
      clock.schedule(tick, 10);
    };
    clock.schedule(tick, 10);
    clock.advance(35);
    expect(calls).toEqual([10, 20, 30]);
  });

  test("leaves out a timer that was cancelled, also by one that came due before it", () => {
    const clock = new ManualClock();
    const calls: string[] = [];
    const cancel = clock.schedule(() => calls.push("cancelled"), 10);
    const cancelLater = clock.schedule(() => calls.push("cancelled on the way"), 20);
    clock.schedule(() => cancelLater(), 10);
    cancel();
    cancel();
    clock.advance(100);
    expect(calls).toEqual([]);
  });

  test("stops at a callback that throws, and keeps the timers after it", () => {
    const clock = new ManualClock(0);
    const calls: string[] = [];
    clock.schedule(() => {
      throw new Error("broken callback");
    }, 10);
    clock.schedule(() => calls.push("after"), 20);
    expect(() => clock.advance(50)).toThrow("broken callback");
    expect(clock.now()).toBe(10);
    clock.advance(10);
    expect(calls).toEqual(["after"]);
  });

  test("never goes back", () => {
    const clock = new ManualClock();
    for (const ms of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => clock.advance(ms)).toThrow(InvalidOptionError);
    }
  });
});
