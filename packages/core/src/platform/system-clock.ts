import type { Clock, TimerOptions } from "../protocols/clock.ts";

/** The machine's own clock and timers. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  monotonic(): number {
    return performance.now();
  }

  schedule(callback: () => void, ms: number, { background = false }: TimerOptions = {}): () => void {
    const timer = setTimeout(callback, ms);
    if (background) timer.unref();
    return () => {
      clearTimeout(timer);
    };
  }
}
