import { ManualClock } from "@flujo/testing";

/** Clocks that each break one promise, by the title (in part) of a test that has to notice. */
export const CLOCKS: Readonly<Record<string, new () => ManualClock>> = {
  "tells the time in milliseconds since the epoch": class extends ManualClock {
    override now(): number {
      return super.now() / 1_000;
    }
  },

  "by a time that never goes back": class extends ManualClock {
    #readings = 0;

    override monotonic(): number {
      return super.monotonic() - (this.#readings++ % 100);
    }
  },

  "measures durations in milliseconds": class extends ManualClock {
    override monotonic(): number {
      return super.monotonic() / 1_000;
    }
  },

  "calls back once": class extends ManualClock {
    override schedule(callback: () => void, ms: number): () => void {
      return super.schedule(() => {
        callback();
        callback();
      }, ms);
    }
  },

  "does not call back before the time has come": class extends ManualClock {
    override schedule(callback: () => void, ms: number): () => void {
      return super.schedule(callback, ms / 2);
    }
  },

  "never before schedule has returned": class extends ManualClock {
    override schedule(callback: () => void, ms: number): () => void {
      if (ms > 0) return super.schedule(callback, ms);
      callback();
      return () => undefined;
    }
  },

  "in the order in which timers come due": class extends ManualClock {
    override schedule(callback: () => void): () => void {
      return super.schedule(callback, 50);
    }
  },

  "does not call back what was cancelled": class extends ManualClock {
    override schedule(callback: () => void, ms: number): () => void {
      super.schedule(callback, ms);
      return () => undefined;
    }
  },

  "cancel another that is due at the same time": class extends ManualClock {
    override schedule(callback: () => void, ms: number): () => void {
      return super.schedule(() => queueMicrotask(callback), ms);
    }
  },

  "a cancellation that comes after the call": class extends ManualClock {
    #cancelNewest = (): void => undefined;

    override schedule(callback: () => void, ms: number): () => void {
      let over = false;
      const cancel = super.schedule(() => {
        over = true;
        callback();
      }, ms);
      this.#cancelNewest = cancel;
      return () => (over ? this.#cancelNewest() : cancel());
    }
  },

  "lets a callback schedule the next": class extends ManualClock {
    #calling = false;

    override schedule(callback: () => void, ms: number): () => void {
      if (this.#calling) return () => undefined;
      return super.schedule(() => {
        this.#calling = true;
        callback();
        this.#calling = false;
      }, ms);
    }
  },

  "what is due in 2147483648 ms": class extends ManualClock {
    override schedule(callback: () => void, ms: number): () => void {
      return super.schedule(callback, ms < 2 ** 31 ? ms : 1);
    }
  },

  "what is due in Infinity ms": class extends ManualClock {
    override schedule(callback: () => void, ms: number): () => void {
      return super.schedule(callback, Number.isFinite(ms) ? ms : 0);
    }
  },
};
