import { type ServiceToken, token } from "./token.ts";

/** Where the engine gets time from, so that a test can hold it still. */
export interface Clock {
  /** Milliseconds since the epoch. May jump. */
  now(): number;
  /** Milliseconds from some fixed point, for durations. Never goes back. */
  monotonic(): number;
  /**
   * Calls back once, `ms` milliseconds from now, unless the returned function is called first; never before it has
   * returned that function. Below 0 is as 0, and Infinity is never.
   */
  schedule(callback: () => void, ms: number, options?: TimerOptions): () => void;
}

export const Clock: ServiceToken<Clock> = token<Clock>("Clock");

export interface TimerOptions {
  /** Whether the process may end before it calls back. Default false: a process stays alive for what is still to come. */
  readonly background?: boolean;
}
