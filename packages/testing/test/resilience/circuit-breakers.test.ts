import { SlidingWindowCircuitBreakers } from "@flujo/core";
import { type CircuitPass, InvalidOptionError } from "@flujo/core/protocols";
import type { ResolvedCircuitBreakerPolicy } from "@flujo/dsl";
import { describeCircuitBreakers, ManualClock } from "@flujo/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

describeCircuitBreakers({ name: "sliding-window", open: (clock) => new SlidingWindowCircuitBreakers({ clock }) });

describe("SlidingWindowCircuitBreakers", () => {
  test("has never more probes under way than it may, and stays as it was forced, whatever happens in whatever order", () => {
    fc.assert(
      fc.property(policies, fc.array(actions, { maxLength: 120 }), (policy, script) => {
        const clock = new ManualClock();
        const breaker = new SlidingWindowCircuitBreakers({ clock }).get("api", policy);
        /** Calls under way, and which of them are probes of the present half-open time. */
        const underWay: { pass: CircuitPass; probe: boolean }[] = [];
        let forced = false;
        for (const action of script) {
          const before = breaker.state;
          switch (action.type) {
            case "advance":
              clock.advance(action.ms);
              break;
            case "admit":
              try {
                underWay.push({ pass: breaker.admit(), probe: breaker.state === "half-open" });
              } catch {
                break; // refused, which is fine at any time but the one below
              }
              expect(forced && before === "open").toBe(false);
              break;
            case "end": {
              const [call] = underWay.splice(action.which % Math.max(1, underWay.length), 1);
              call?.pass[action.ending]();
              break;
            }
            case "force":
              breaker.force(action.state);
              forced = true;
              break;
            case "release":
              breaker.release();
              forced = false;
          }
          // Calls of an earlier state are no probes of this one.
          if (breaker.state !== "half-open") for (const call of underWay) call.probe = false;
          expect(underWay.filter(({ probe }) => probe).length).toBeLessThanOrEqual(policy.probes);
          if (forced) expect(breaker.state).not.toBe("half-open");
        }
      }),
      { numRuns: 500 },
    );
  });

  test("tells its logger of a listener that throws", () => {
    const logged: unknown[] = [];
    const breakers = new SlidingWindowCircuitBreakers({
      clock: new ManualClock(),
      logger: { log: (level, message, detail) => void logged.push([level, message, detail]) },
    });
    const broken = new Error("broken listener");
    breakers.onTransition(() => {
      throw broken;
    });
    breakers.get("api").force("open");
    expect(logged).toEqual([["error", expect.stringContaining("api"), broken]]);
  });

  test("can be forced open and closed, and nothing else", () => {
    const breaker = new SlidingWindowCircuitBreakers().get("api");
    expect(() => breaker.force("half-open" as "open")).toThrow(InvalidOptionError);
    expect(breaker.state).toBe("closed");
  });
});

const policies: fc.Arbitrary<ResolvedCircuitBreakerPolicy> = fc.record({
  failureRate: fc.constantFrom(0.1, 0.5, 1),
  minimumCalls: fc.integer({ min: 1, max: 5 }),
  windowMs: fc.constant(10_000),
  slowCallMs: fc.constantFrom(500, Infinity),
  openMs: fc.constant(1_000),
  probes: fc.integer({ min: 1, max: 4 }),
});

const actions = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant("admit" as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("end" as const),
      which: fc.nat(),
      ending: fc.constantFrom("succeeded" as const, "failed" as const, "neutral" as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("advance" as const), ms: fc.constantFrom(1, 300, 1_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("force" as const),
      state: fc.constantFrom("open" as const, "closed" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("release" as const) }) },
);
