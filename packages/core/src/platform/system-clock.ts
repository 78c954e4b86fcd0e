import type { Clock, TimerOptions } from "../protocols/clock.ts";

/** The longest that `setTimeout` waits, in milliseconds; for more it does not wait at all. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock and timers. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  schedule(callback: () => void, ms: number, { background = false }: TimerOptions = {}): () => void {
    let timer: NodeJS.Timeout;
    const wait = (leftMs: number): void => {
      const partMs = Math.min(leftMs, LONGEST_TIMER_MS);
      timer = setTimeout(() => (leftMs > partMs ? wait(leftMs - partMs) : callback()), partMs);
      if (background) timer.unref();
    };
    wait(Math.max(0, ms));
    return () => {
      clearTimeout(timer);
    };
  }
}
