import type { Clock } from "../protocols/clock.ts";
import { forgetAbort, listenForAbort } from "./abort-listeners.ts";

/** Resolves after `ms` milliseconds, or as soon as `signal` aborts, which leaves no timer behind. */
export function sleep(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      forgetAbort(signal, done);
      resolve();
    };
    const cancel = clock.schedule(done, ms);
    listenForAbort(signal, done);
  });
}
