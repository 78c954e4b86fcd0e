interface Listeners {
  readonly all: Set<() => void>;
  /** What `signal` itself calls. */
  readonly tell: () => void;
}

const listenersOf = new WeakMap<AbortSignal, Listeners>();

/**
 * Calls `listener` once `signal`, which has not aborted yet, does. A signal goes through all that listen to it
 * with each listener that comes and each that leaves: where thousands wait for one, that is what their time goes into. So it
 * has one listener, which knows the others.
 *
 * @param listener - must not throw
 */
export function listenForAbort(signal: AbortSignal, listener: () => void): void {
  let listeners = listenersOf.get(signal);
  if (listeners === undefined) {
    listeners = begin(signal);
    listenersOf.set(signal, listeners);
  }
  listeners.all.add(listener);
}

/**
 * Ends what {@link listenForAbort} began.
 *
 * @param stay - whether to leave the one listener on the signal, for whoever comes next: for signals that end with their run
 */
export function forgetAbort(
  signal: AbortSignal,
  listener: () => void,
  { stay = false }: { stay?: boolean } = {},
): void {
  const listeners = listenersOf.get(signal);
  if (listeners === undefined) return;
  listeners.all.delete(listener);
  if (stay || listeners.all.size > 0) return;
  signal.removeEventListener("abort", listeners.tell);
  listenersOf.delete(signal);
}

function begin(signal: AbortSignal): Listeners {
  const all = new Set<() => void>();
  const tell = (): void => {
    for (const listener of all) listener();
    listenersOf.delete(signal);
  };
  signal.addEventListener("abort", tell, { once: true });
  return { all, tell };
}
