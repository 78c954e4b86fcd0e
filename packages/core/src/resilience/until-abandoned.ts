import { forgetAbort, listenForAbort } from "../platform/abort-listeners.ts";
import type { Clock } from "../protocols/clock.ts";
import { isThenable } from "./is-thenable.ts";

/** How long work whose signal has aborted may take to end by itself, before it is left to itself. */
const GRACE_MS = 1_000;

/** What becomes of work, whichever way it ends. */
export interface Endings<Result> {
  readonly ended: (value: unknown) => Result;
  /** May throw: then the promise rejects. */
  readonly threw: (thrown: unknown) => Result;
  /** For work that did not heed its signal. */
  readonly abandoned: Result;
}

/**
 * Does `work` and waits for it, but no longer than a moment after `signal` aborts: work that heeds its signal has ended
 * when this returns, and work that doesn't can't hold up the end of a run. Where time is
 * over by a deadline, none more is given.
 *
 * One promise and no more, since each leaf of a run passes here.
 */
export function untilAbandoned<Result>(
  work: () => unknown,
  signal: AbortSignal,
  clock: Clock,
  { ended, threw, abandoned }: Endings<Result>,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let cancel: (() => void) | undefined;
    const onAbort = (): void => {
      cancel = clock.schedule(
        () => {
          resolve(abandoned);
        },
        signal.reason?.name === "TimeoutError" ? 0 : GRACE_MS,
      );
    };
    const fail = (thrown: unknown): void => {
      forgetAbort(signal, onAbort, { stay: true });
      cancel?.();
      try {
        resolve(threw(thrown));
      } catch (error) {
        reject(error as Error);
      }
    };
    try {
      const returned = work();
      if (!isThenable(returned)) {
        resolve(ended(returned));
        return;
      }
      if (signal.aborted) onAbort();
      else listenForAbort(signal, onAbort);
      returned.then((value) => {
        forgetAbort(signal, onAbort, { stay: true });
        cancel?.();
        resolve(ended(value));
      }, fail);
    } catch (thrown) {
      fail(thrown);
    }
  });
}
