import type { Clock } from "@flujo/core/protocols";

/** Resolves after `ms` milliseconds, or as soon as `signal` aborts, which leaves no timer behind. */
export function wait(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  if (signal.aborted || ms === 0) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.schedule(done, ms);
    signal.addEventListener("abort", done);
  });
}

/** Resolves once `promise` is settled, however, or `signal` aborts. */
export function settled(promise: PromiseLike<unknown>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      signal.removeEventListener("abort", done);
      resolve();
    };
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
    promise.then(done, done);
  });
}
