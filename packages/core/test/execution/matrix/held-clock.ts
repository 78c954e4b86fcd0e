import { Clock, type FlujoModule } from "@flujo/core/protocols";

/** Stands still until it is told how much time has passed. What is due at once does not wait for that. */
export class HeldClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly callback: () => void }>();

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  schedule(callback: () => void, ms: number): () => void {
    if (ms <= 0) {
      const immediate = setImmediate(callback);
      return () => {
        clearImmediate(immediate);
      };
    }
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers]) {
      if (timer.at <= this.#now && this.#timers.delete(timer)) timer.callback();
    }
  }

  readonly module: FlujoModule = (container) => {
    container.register(Clock, { useValue: this as Clock });
  };
}
