import { forgetAbort, listenForAbort } from "./abort-listeners.ts";

/**
 * Resolves when what `schedule` was given is called, or as soon as `signal` aborts, which leaves no timer behind.
 *
 * @param schedule - begins to wait, and gives how to call that off
 */
export function sleep(schedule: (onDue: () => void) => () => void, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      forgetAbort(signal, done);
      resolve();
    };
    const cancel = schedule(done);
    listenForAbort(signal, done);
  });
}
