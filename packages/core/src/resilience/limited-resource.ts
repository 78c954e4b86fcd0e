import { forgetAbort, listenForAbort } from "../platform/abort-listeners.ts";
import type { Clock } from "../protocols/clock.ts";
import type { RatePermit, RateRequest } from "../protocols/rate-limiter.ts";
import { GrantLog, MINUTE_MS } from "./grant-log.ts";

interface Waiting {
  readonly request: RateRequest;
  readonly grant: (permit: RatePermit) => void;
}

/** What is asked, held back and under way of one resource. */
export class LimitedResource {
  readonly #clock: Pick<Clock, "monotonic" | "schedule">;
  readonly #log = new GrantLog();
  /** In the order in which they came. Only the first may go next. */
  readonly #waiting = new Set<Waiting>();
  #underWay = 0;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Pick<Clock, "monotonic" | "schedule">) {
    this.#clock = clock;
  }

  get queued(): number {
    return this.#waiting.size;
  }

  acquire(request: RateRequest): RatePermit | Promise<RatePermit> {
    const now = this.#clock.monotonic();
    if (this.#waiting.size === 0 && this.#mayBeginAt(request, now) <= now) return this.#permit(request, now);
    return this.#wait(request);
  }

  #wait(request: RateRequest): Promise<RatePermit> {
    return new Promise((resolve, reject) => {
      const { signal } = request;
      const waiting: Waiting = {
        request,
        grant: (permit) => {
          forgetAbort(signal, leave);
          resolve(permit);
        },
      };
      const leave = (): void => {
        this.#waiting.delete(waiting);
        reject(signal.reason as Error);
        this.#serve();
      };
      listenForAbort(signal, leave);
      this.#waiting.add(waiting);
      // Behind others nothing changes for those before it.
      if (this.#waiting.size === 1) this.#serve();
    });
  }

  /** Lets everyone through whose turn it is, and sees to it that the next is looked at in time. */
  #serve(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    const now = this.#clock.monotonic();
    for (const waiting of this.#waiting) {
      const at = this.#mayBeginAt(waiting.request, now);
      if (at > now) {
        if (at !== Infinity) this.#cancelTimer = this.#clock.schedule(() => this.#serve(), at - now);
        return;
      }
      this.#waiting.delete(waiting);
      waiting.grant(this.#permit(waiting.request, now));
    }
  }

  /** Infinity: not before one that is under way ends. */
  #mayBeginAt({ limits, tokens }: RateRequest, now: number): number {
    const { concurrency = Infinity, requestsPerMinute = Infinity, tokensPerMinute = Infinity } = limits;
    if (this.#underWay >= concurrency) return Infinity;
    const at = this.#log.firstFit(
      (requests, taken) => requests + 1 <= requestsPerMinute && taken + tokens <= tokensPerMinute,
      now,
    );
    // Fewer than one a minute are as many minutes apart.
    return requestsPerMinute < 1 ? Math.max(at, this.#log.lastAt + MINUTE_MS / requestsPerMinute) : at;
  }

  #permit({ tokens }: RateRequest, now: number): RatePermit {
    const slice = this.#log.record(tokens, now);
    this.#underWay++;
    let released = false;
    return {
      release: (usedTokens = tokens) => {
        if (released) return;
        released = true;
        this.#underWay--;
        if (usedTokens >= 0 && usedTokens < Infinity) slice.tokens += usedTokens - tokens;
        this.#serve();
      },
    };
  }
}
