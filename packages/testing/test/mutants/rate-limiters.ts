import { WindowRateLimiter } from "@flujo/core";
import type { Clock, RateLimiter, RatePermit, RateRequest } from "@flujo/core/protocols";

type Acquire = (request: RateRequest) => Promise<RatePermit>;

/** A limiter that does otherwise when it is asked. */
function asking(change: (inner: Acquire, clock: Clock) => Acquire): (clock: Clock) => RateLimiter {
  return (clock) => {
    const limiter = new WindowRateLimiter({ clock });
    const acquire = change((request) => limiter.acquire(request), clock);
    return {
      get queued() {
        return limiter.queued;
      },
      acquire,
    };
  };
}

/** A limiter that reads its requests wrongly. */
function misreading(misread: (request: RateRequest, clock: Clock) => Partial<RateRequest>) {
  return asking((inner, clock) => (request) => inner({ ...request, ...misread(request, clock) }));
}

/** A limiter whose calls end otherwise. */
function releasing(release: (permit: RatePermit, usedTokens: number | undefined) => void) {
  return asking((inner) => async (request) => {
    const permit = await inner(request);
    return { release: (usedTokens) => release(permit, usedTokens) };
  });
}

/** Limiters that each break one promise, by the title (in part) of a test that has to notice. */
export const RATE_LIMITERS: Readonly<Record<string, (clock: Clock) => RateLimiter>> = {
  "lets every call through that has no limits": misreading(({ limits }) => ({
    limits: { concurrency: 50, ...limits },
  })),

  "holds back what is too much": misreading(({ limits: { concurrency: _, ...limits } }) => ({ limits })),

  "takes a second release of one call for nothing": asking((inner) => {
    const waiting = new Set<(permit: RatePermit) => void>();
    return (request) =>
      new Promise((resolve, reject) => {
        waiting.add(resolve);
        inner(request).then((permit) => {
          let releases = 0;
          waiting.delete(resolve);
          resolve({
            release: (usedTokens) => {
              permit.release(usedTokens);
              if (++releases > 1) [...waiting].at(-1)?.({ release: () => {} });
            },
          });
        }, reject);
      });
  }),

  "needs no timer": asking((inner, clock) => async (request) => {
    if (request.limits.concurrency !== undefined) clock.schedule(() => {}, 1e9);
    return inner(request);
  }),

  "lets no more through in any minute": misreading(({ limits: { requestsPerMinute: _, ...limits } }) => ({ limits })),

  // A window that begins with each whole minute.
  "gives no second helping after a quiet minute": misreading(({ resource }, clock) => ({
    resource: `${resource} in minute ${Math.floor(clock.monotonic() / 60_000)}`,
  })),

  "lets fewer than one a minute through": misreading(({ limits }) => ({
    limits: { ...limits, requestsPerMinute: Math.max(1, limits.requestsPerMinute ?? Infinity) },
  })),

  "holds back what would be too many": misreading(() => ({ tokens: 0 })),

  "goes by what a call really used": releasing((permit) => {
    permit.release();
  }),

  "lets the estimate stand if nobody knows better": releasing((permit, usedTokens = 0) => {
    permit.release(usedTokens);
  }),

  "lets a call that alone is too much through": asking((inner) => (request) => {
    const tooMuch = request.tokens > (request.limits.tokensPerMinute ?? Infinity);
    return tooMuch ? new Promise(() => {}) : inner(request);
  }),

  "is served in the order in which calls came": misreading(({ resource, tokens }) => ({
    resource: tokens < 10 ? `${resource}, the small ones` : resource,
  })),

  "of one resource says nothing about another": misreading(() => ({ resource: "everything" })),

  "holds each call to its own limits": asking((inner) => {
    const first = new Map<string, RateRequest["limits"]>();
    return (request) => {
      const limits = first.get(request.resource) ?? request.limits;
      first.set(request.resource, limits);
      return inner({ ...request, limits });
    };
  }),

  "has one timer at most": asking((inner, clock) => async (request) => {
    const cancel = clock.schedule(() => {}, 1e9);
    return inner(request).finally(cancel);
  }),

  "before it asks is refused": misreading(({ signal }) =>
    signal.aborted ? { signal: new AbortController().signal } : {},
  ),

  "while it waits is refused": misreading(() => ({ signal: new AbortController().signal })),

  "makes way for those who waited behind it": asking((inner) => (request) => {
    const granted = inner({ ...request, signal: new AbortController().signal });
    const { signal } = request;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
    return Promise.race([granted, aborted]);
  }),

  "once it was let through keeps what it took": asking((inner) => async (request) => {
    const permit = await inner(request);
    request.signal.addEventListener("abort", () => permit.release(), { once: true });
    return permit;
  }),

  "leaves no listener behind": asking((inner) => (request) => {
    request.signal.addEventListener("abort", () => {});
    return inner(request);
  }),
};
