import { InvalidOptionError, type ResolvedCircuitBreakerPolicy } from "@flujo/dsl";
import type { CircuitBreaker, CircuitPass, CircuitState, CircuitTransition } from "../protocols/circuit-breakers.ts";
import type { Clock } from "../protocols/clock.ts";
import { CircuitOpenError } from "../protocols/errors/circuit-open-error.ts";
import { CallWindow } from "./call-window.ts";

/** How a call ended, as its pass was told. */
type Ending = "succeeded" | "failed" | "neutral";

/** One resource's breaker. It has no timers: what time changes is looked at when a call asks to be made. */
export class SlidingWindowCircuitBreaker implements CircuitBreaker {
  readonly resource: string;
  readonly #policy: ResolvedCircuitBreakerPolicy;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #tell: (transition: CircuitTransition) => void;
  readonly #window: CallWindow;
  #state: CircuitState = "closed";
  #forced = false;
  /** Counts the states that it was in: what a call says that was let through in an earlier one is not heard. */
  #era = 0;
  #openedAt = 0;
  /** Probes that are under way. */
  #probing = 0;
  #probesSucceeded = 0;

  constructor(
    resource: string,
    policy: ResolvedCircuitBreakerPolicy,
    parts: {
      readonly clock: Pick<Clock, "monotonic">;
      /** Told of each change of state once it is made. Must not throw. */
      readonly tell: (transition: CircuitTransition) => void;
    },
  ) {
    this.resource = resource;
    this.#policy = policy;
    this.#clock = parts.clock;
    this.#tell = parts.tell;
    this.#window = new CallWindow(policy.windowMs);
  }

  get state(): CircuitState {
    return this.#state;
  }

  admit(): CircuitPass {
    if (this.#state === "open" && !this.#forced && this.#restMs() === 0) this.#enter("half-open", false);
    // Looked at anew: whoever was told of the change may have forced another.
    if (this.#state === "open") {
      throw new CircuitOpenError(this.resource, this.#forced ? {} : { retryAfterMs: this.#restMs() });
    }
    if (this.#state === "half-open") {
      if (this.#probing >= this.#policy.probes) throw new CircuitOpenError(this.resource);
      this.#probing++;
    }
    return this.#pass();
  }

  force(state: "open" | "closed"): void {
    if (state !== "open" && state !== "closed") throw new InvalidOptionError("state", state, '"open" or "closed"');
    this.#forced = true;
    this.#enter(state, true);
  }

  release(): void {
    this.#forced = false;
    this.#enter("closed", true);
  }

  #pass(): CircuitPass {
    const era = this.#era;
    const startedAt = this.#clock.monotonic();
    let ended = false;
    const end = (ending: Ending): void => {
      if (ended) return;
      ended = true;
      if (era !== this.#era) return;
      const slow = this.#clock.monotonic() - startedAt > this.#policy.slowCallMs;
      this.#hear(ending === "succeeded" && slow ? "failed" : ending);
    };
    return {
      succeeded: () => {
        end("succeeded");
      },
      failed: () => {
        end("failed");
      },
      neutral: () => {
        end("neutral");
      },
    };
  }

  #hear(ending: Ending): void {
    if (this.#state === "half-open") this.#judgeProbe(ending);
    else if (ending !== "neutral" && !this.#forced) this.#judgeCall(ending === "failed");
  }

  #judgeProbe(ending: Ending): void {
    this.#probing--;
    if (ending === "failed") this.#enter("open", false);
    if (ending === "succeeded" && ++this.#probesSucceeded >= this.#policy.probes) this.#enter("closed", false);
  }

  #judgeCall(callFailed: boolean): void {
    this.#window.count(callFailed, this.#clock.monotonic());
    const { calls, failed } = this.#window;
    if (calls >= this.#policy.minimumCalls && failed / calls >= this.#policy.failureRate) this.#enter("open", false);
  }

  #enter(to: CircuitState, forced: boolean): void {
    const from = this.#state;
    this.#state = to;
    this.#era++;
    this.#window.clear();
    this.#probing = 0;
    this.#probesSucceeded = 0;
    if (to === "open") this.#openedAt = this.#clock.monotonic();
    if (from !== to) this.#tell({ resource: this.resource, from, to, forced });
  }

  /** How long it stays open yet, in milliseconds. */
  #restMs(): number {
    return Math.max(0, this.#openedAt + this.#policy.openMs - this.#clock.monotonic());
  }
}
