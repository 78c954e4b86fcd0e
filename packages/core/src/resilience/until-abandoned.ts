import { forgetAbort, listenForAbort } from "../platform/abort-listeners.ts";
import type { Clock } from "../protocols/clock.ts";

/** How long work whose signal has aborted may take to end by itself, before it is left to itself. */
const GRACE_MS = 1_000;

/** What {@link untilAbandoned} gives when the work did not heed its signal. */
export const ABANDONED: unique symbol = Symbol("abandoned");

/**
 * Waits for `work`, but no longer than a moment after `signal` aborts: work that heeds its signal has ended
 * when this returns, and work that doesn't can't hold up the end of a run. Where time is
 * over by a deadline, none more is given.
 */
export function untilAbandoned<Value>(
  work: PromiseLike<Value>,
  signal: AbortSignal,
  clock: Clock,
): Promise<Value | typeof ABANDONED> {
  return new Promise((resolve, reject) => {
    let cancel: (() => void) | undefined;
    const onAbort = (): void => {
      cancel = clock.schedule(
        () => {
          resolve(ABANDONED);
        },
        signal.reason?.name === "TimeoutError" ? 0 : GRACE_MS,
      );
    };
    const done = (): void => {
      forgetAbort(signal, onAbort, { stay: true });
      cancel?.();
    };
    if (signal.aborted) onAbort();
    else listenForAbort(signal, onAbort);
    work.then(
      (value) => {
        done();
        resolve(value);
      },
      (error: unknown) => {
        done();
        reject(error as Error);
      },
    );
  });
}
