/** Measures how much this process has to bear. */
export interface LoadProbe {
  /** Begins to measure. Called before the first reading, and after a {@link stop} again. */
  start(): void;
  /** What was measured since about the reading before. If it throws, nothing is known of the load. */
  read(): LoadReading;
  /** Ends measuring and leaves nothing behind that goes on. */
  stop(): void;
}

export interface LoadReading {
  /** The longest, or nearly the longest, that the event loop was late, in milliseconds. At least 0. */
  readonly eventLoopDelayMs: number;
  /** The part of the largest possible heap that is in use, from 0 to 1. */
  readonly heapShare: number;
}
