import { CIRCUIT_BREAKER_DEFAULTS, type ResolvedCircuitBreakerPolicy } from "@flujo/dsl";
import { SystemClock } from "../platform/system-clock.ts";
import type { CircuitBreaker, CircuitBreakers, CircuitTransition } from "../protocols/circuit-breakers.ts";
import type { Clock } from "../protocols/clock.ts";
import type { Logger } from "../protocols/logger.ts";
import { SlidingWindowCircuitBreaker } from "./sliding-window-circuit-breaker.ts";

export interface SlidingWindowCircuitBreakersOptions {
  /** What windows, slow calls and the time that a breaker stays open are measured by. Default: the machine's clock. */
  readonly clock?: Pick<Clock, "monotonic">;
  /** Told of listeners that throw. Default: nobody is. */
  readonly logger?: Logger;
}

/**
 * Breakers that judge by the share of failed calls in a sliding window. A tenth of the window leaves it at a time. Every
 * call that ends is a reason to judge, one that succeeded included: it may be the one that makes the calls enough.
 */
export class SlidingWindowCircuitBreakers implements CircuitBreakers {
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #logger: Logger | undefined;
  readonly #breakers = new Map<string, CircuitBreaker>();
  readonly #listeners = new Set<(transition: CircuitTransition) => void>();

  constructor({ clock = new SystemClock(), logger }: SlidingWindowCircuitBreakersOptions = {}) {
    this.#clock = clock;
    this.#logger = logger;
  }

  get(resource: string, policy: ResolvedCircuitBreakerPolicy = CIRCUIT_BREAKER_DEFAULTS): CircuitBreaker {
    let breaker = this.#breakers.get(resource);
    if (breaker === undefined) {
      breaker = new SlidingWindowCircuitBreaker(resource, policy, {
        clock: this.#clock,
        tell: (transition) => {
          this.#tell(transition);
        },
      });
      this.#breakers.set(resource, breaker);
    }
    return breaker;
  }

  get all(): Iterable<CircuitBreaker> {
    return [...this.#breakers.values()];
  }

  onTransition(listener: (transition: CircuitTransition) => void): () => void {
    // Its own function, so that one who listens twice stops listening once.
    const own = (transition: CircuitTransition): void => {
      listener(transition);
    };
    this.#listeners.add(own);
    return () => {
      this.#listeners.delete(own);
    };
  }

  #tell(transition: CircuitTransition): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(transition);
      } catch (error) {
        this.#logger?.log("error", `A listener to the circuit breaker of ${transition.resource} threw`, error);
      }
    }
  }
}
