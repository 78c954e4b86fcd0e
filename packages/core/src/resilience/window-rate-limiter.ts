import { InvalidOptionError } from "@flujo/dsl";
import { SystemClock } from "../platform/system-clock.ts";
import type { Clock } from "../protocols/clock.ts";
import type { RateLimiter, RatePermit, RateRequest } from "../protocols/rate-limiter.ts";
import { LimitedResource } from "./limited-resource.ts";

export interface WindowRateLimiterOptions {
  /** What the minute is measured by. Default: the machine's clock. */
  readonly clock?: Pick<Clock, "monotonic" | "schedule">;
}

/**
 * Counts a minute's calls and tokens in a sliding window, from the moment that each was let through. A token bucket would
 * be smaller, but lets up to twice its limit through in the minute after a quiet one: what is in the bucket and what
 * flows in meanwhile, rT + b (RFC 2212, "Invocation Information").
 *
 * Each call is held to the limits that it came with, against what all calls of its resource take. A call that alone is
 * above the tokens a minute goes when no others are in the window, instead of never.
 */
export class WindowRateLimiter implements RateLimiter {
  readonly #clock: Pick<Clock, "monotonic" | "schedule">;
  readonly #resources = new Map<string, LimitedResource>();

  constructor({ clock = new SystemClock() }: WindowRateLimiterOptions = {}) {
    this.#clock = clock;
  }

  get queued(): number {
    let queued = 0;
    for (const resource of this.#resources.values()) queued += resource.queued;
    return queued;
  }

  /** @throws `InvalidOptionError` if `request.tokens` is below 0 or not finite */
  async acquire(request: RateRequest): Promise<RatePermit> {
    const { tokens, signal } = request;
    if (!Number.isFinite(tokens) || tokens < 0) {
      throw new InvalidOptionError("tokens", tokens, "a finite number of at least 0");
    }
    signal.throwIfAborted();
    let resource = this.#resources.get(request.resource);
    if (resource === undefined) {
      resource = new LimitedResource(this.#clock);
      this.#resources.set(request.resource, resource);
    }
    return resource.acquire(request);
  }
}
