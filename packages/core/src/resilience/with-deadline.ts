import { forgetAbort, listenForAbort } from "../platform/abort-listeners.ts";

/**
 * Does `work` under a signal that also aborts when `timeoutMs` milliseconds are over; the result is
 * then what `late` gives, whatever `work` makes of its abort. Leaves no timer or listener behind.
 *
 * @param options.schedule - calls back when the time is over, and gives how to call that off
 */
export async function withDeadline<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  options: {
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
    readonly schedule: (onDue: () => void) => () => void;
    readonly late: () => Result;
  },
): Promise<Result> {
  const { timeoutMs, signal, schedule, late } = options;
  const controller = new AbortController();
  const follow = (): void => {
    controller.abort(signal.reason);
  };
  if (signal.aborted) follow();
  else listenForAbort(signal, follow);
  let over = false;
  const cancel = schedule(() => {
    // Work that was stopped from outside is still ending: what it was stopped for stands.
    if (controller.signal.aborted) return;
    over = true;
    controller.abort(new DOMException(`The attempt took longer than ${timeoutMs} ms`, "TimeoutError"));
  });
  try {
    const result = await work(controller.signal);
    return over ? late() : result;
  } finally {
    cancel();
    forgetAbort(signal, follow);
  }
}
