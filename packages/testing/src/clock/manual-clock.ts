import { type Clock, InvalidOptionError } from "@flujo/core/protocols";

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** A clock that stands still until a test moves it. `now()` and `monotonic()` move together. */
export class ManualClock implements Clock {
  readonly #startedAt: number;
  #elapsedMs = 0;
  /** In the order in which they were scheduled. */
  readonly #timers = new Set<Timer>();

  /** @param now - what `now()` says first, in milliseconds since the epoch; default: the first moment of 2026 */
  constructor(now: number = Date.UTC(2026, 0)) {
    this.#startedAt = now;
  }

  now(): number {
    return this.#startedAt + this.#elapsedMs;
  }

  /** Milliseconds that the clock was moved by so far. */
  monotonic(): number {
    return this.#elapsedMs;
  }

  schedule(callback: () => void, ms: number): () => void {
    const timer: Timer = { callback, dueAt: this.#elapsedMs + Math.max(0, ms) };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /**
   * Moves the clock on and calls back every timer that comes due on the way, those scheduled on the way
   * included: the earliest first, of two at one moment the one scheduled first, each at its own moment.
   *
   * A callback that throws ends the advance there and then; the timers after it stay scheduled.
   *
   * @throws {@link InvalidOptionError} if `ms` is below 0 or not finite
   */
  advance(ms: number): void {
    if (!Number.isFinite(ms) || ms < 0) throw new InvalidOptionError("ms", ms, "a finite number of at least 0");
    const target = this.#elapsedMs + ms;
    for (let timer = this.#nextDue(target); timer !== undefined; timer = this.#nextDue(target)) {
      this.#timers.delete(timer);
      this.#elapsedMs = Math.max(this.#elapsedMs, timer.dueAt);
      timer.callback();
    }
    // A callback may itself have moved the clock further than this.
    this.#elapsedMs = Math.max(this.#elapsedMs, target);
  }

  #nextDue(target: number): Timer | undefined {
    let earliest: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.dueAt <= target && (earliest === undefined || timer.dueAt < earliest.dueAt)) earliest = timer;
    }
    return earliest;
  }
}
