import { SlidingWindowCircuitBreakers } from "@flujo/core";
import {
  type CircuitBreaker,
  type CircuitBreakers,
  CircuitOpenError,
  type CircuitPass,
  type Clock,
} from "@flujo/core/protocols";
import type { ResolvedCircuitBreakerPolicy } from "@flujo/dsl";

type Policy = ResolvedCircuitBreakerPolicy;

/** Breakers whose policies are other than what was asked for. */
function misreading(misread: (policy: Policy) => Partial<Policy>): (clock: Clock) => CircuitBreakers {
  return (clock) =>
    new (class extends SlidingWindowCircuitBreakers {
      override get(resource: string, policy?: Policy): CircuitBreaker {
        return super.get(resource, policy && { ...policy, ...misread(policy) });
      }
    })({ clock });
}

/** Breakers of which each is other than it should be in what `change` gives. */
function changing(change: (inner: CircuitBreaker) => Partial<CircuitBreaker>): (clock: Clock) => CircuitBreakers {
  return (clock) => {
    const breakers = new SlidingWindowCircuitBreakers({ clock });
    const changed = new Map<string, CircuitBreaker>();
    return {
      get: (resource, policy) => {
        const inner = breakers.get(resource, policy);
        const { admit, force, release } = { admit: inner.admit, force: inner.force, release: inner.release };
        const outer: CircuitBreaker = changed.get(resource) ?? {
          resource,
          get state() {
            return inner.state;
          },
          admit: () => admit.call(inner),
          force: (state) => force.call(inner, state),
          release: () => release.call(inner),
          ...change(inner),
        };
        changed.set(resource, outer);
        return outer;
      },
      get all() {
        return breakers.all;
      },
      onTransition: (listener) => breakers.onTransition(listener),
    };
  };
}

/** Breakers whose calls are heard otherwise than they should be. */
function mishearing(
  mishear: (pass: CircuitPass, inner: CircuitBreaker) => Partial<CircuitPass>,
): (clock: Clock) => CircuitBreakers {
  return changing((inner) => ({
    admit: () => {
      const pass = inner.admit();
      return { ...pass, ...mishear(pass, inner) };
    },
  }));
}

/** What is said of a call that nobody made. */
function failOnceMore(inner: CircuitBreaker): void {
  try {
    inner.admit().failed();
  } catch {
    // It is open: there is no more to break.
  }
}

/** Breakers that each break one promise, by the title (in part) of a test that has to notice. */
export const CIRCUIT_BREAKERS: Readonly<Record<string, (clock: Clock) => CircuitBreakers>> = {
  "opens once enough calls were made": misreading(({ minimumCalls }) => ({ minimumCalls: minimumCalls + 1 })),
  "stays closed on too few calls": misreading(() => ({ minimumCalls: 1 })),
  "stays closed while too few failed": misreading(() => ({ failureRate: 0.01 })),
  "opens on slow calls": misreading(() => ({ slowCallMs: Infinity })),
  "takes a call that is just not slow": misreading(({ slowCallMs }) => ({ slowCallMs: slowCallMs - 1 })),
  "takes a slow probe for a failed one": misreading(() => ({ slowCallMs: Infinity })),
  "forgets calls from before its window": misreading(() => ({ windowMs: 1e9 })),
  "remembers calls within its window": misreading(() => ({ windowMs: 1 })),
  "counts no call that says nothing of the resource": mishearing((pass) => ({ neutral: pass.failed })),
  "gives a cancelled probe's place to the next": mishearing(() => ({ neutral: () => {} })),
  "and learns nothing from it": mishearing((pass) => ({ neutral: pass.succeeded })),

  "counts a call once": mishearing((pass, inner) => {
    let calls = 0;
    return {
      succeeded: () => {
        calls++;
        pass.succeeded();
      },
      failed: () => {
        if (++calls === 1) pass.failed();
        else failOnceMore(inner);
      },
    };
  }),

  "refuses calls, and says how long yet": changing((inner) => ({
    admit: () => {
      try {
        return inner.admit();
      } catch {
        throw new CircuitOpenError(inner.resource);
      }
    },
  })),

  "stays so for its time, whatever becomes of the date": (clock) =>
    new SlidingWindowCircuitBreakers({ clock: { monotonic: () => clock.now() } }),

  "is not disturbed by calls that began before it opened": changing((inner) => ({
    admit: () => {
      const began = inner.state;
      const pass = inner.admit();
      return {
        ...pass,
        failed: () => {
          pass.failed();
          if (began === "closed" && inner.state === "half-open") failOnceMore(inner);
        },
      };
    },
  })),

  "lets as many probes through at a time as it may": changing((inner) => ({
    admit: () => {
      try {
        return inner.admit();
      } catch (error) {
        if (inner.state === "half-open") return { succeeded: () => {}, failed: () => {}, neutral: () => {} };
        throw error;
      }
    },
  })),

  "closes once as many probes have succeeded": misreading(() => ({ probes: 1 })),
  "opens again on one failed probe": mishearing((pass, inner) => ({
    failed: () => (inner.state === "half-open" ? pass.neutral() : pass.failed()),
  })),

  "open, it lets nothing through, however long": changing((inner) => {
    let forced = false;
    return {
      force: (state) => {
        forced = state === "open";
        inner.force(state);
      },
      admit: () => {
        if (forced) inner.release();
        return inner.admit();
      },
    };
  }),

  "open while its calls had opened it": changing((inner) => ({
    force: (state) => {
      if (inner.state !== state) inner.force(state);
    },
  })),

  "closed, it lets every call through": changing((inner) => ({
    force: (state) => {
      if (state === "open") inner.force("open");
      else inner.release();
    },
  })),

  "released, it goes on by itself": changing((inner) => ({
    release: () => {
      inner.force("closed");
    },
  })),

  "there is one a resource": (clock) => {
    const breakers = new SlidingWindowCircuitBreakers({ clock });
    let made = 0;
    return {
      get: (resource, policy) => breakers.get(`${resource}${made++}`, policy),
      get all() {
        return breakers.all;
      },
      onTransition: (listener) => breakers.onTransition(listener),
    };
  },

  "a resource that comes without a policy": (clock) =>
    new (class extends SlidingWindowCircuitBreakers {
      override get(resource: string, policy?: Policy): CircuitBreaker {
        const other = { failureRate: 0.5, minimumCalls: 5, windowMs: 1, slowCallMs: 1, openMs: 1, probes: 3 };
        return super.get(resource, policy ?? other);
      }
    })({ clock }),

  "until they don't want to": (clock) =>
    new (class extends SlidingWindowCircuitBreakers {
      override onTransition(listener: Parameters<CircuitBreakers["onTransition"]>[0]): () => void {
        super.onTransition(listener);
        return () => {};
      }
    })({ clock }),

  "a listener that throws disturbs neither": (clock) =>
    new (class extends SlidingWindowCircuitBreakers {
      readonly #listeners: Parameters<CircuitBreakers["onTransition"]>[0][] = [];

      override onTransition(listener: Parameters<CircuitBreakers["onTransition"]>[0]): () => void {
        this.#listeners.push(listener);
        if (this.#listeners.length > 1) return () => {};
        // All of them at once: the first that throws keeps the others from hearing.
        return super.onTransition((transition) => {
          for (const each of this.#listeners) each(transition);
        });
      }
    })({ clock }),
};
