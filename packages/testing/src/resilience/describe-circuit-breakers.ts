import {
  type CircuitBreaker,
  type CircuitBreakers,
  CircuitOpenError,
  type CircuitPass,
  type CircuitTransition,
  type Clock,
} from "@flujo/core/protocols";
import type { ResolvedCircuitBreakerPolicy } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { ManualClock } from "../clock/manual-clock.ts";

/** How the suite gets at the breakers under test. */
export interface CircuitBreakersHarness {
  /** Of the implementation, as the suite's title shows it. */
  readonly name: string;
  /** Breakers with nothing counted, that tell time by `clock`. */
  readonly open: (clock: Clock) => CircuitBreakers;
}

const POLICY: ResolvedCircuitBreakerPolicy = {
  failureRate: 0.5,
  minimumCalls: 4,
  windowMs: 10_000,
  slowCallMs: 1_000,
  openMs: 5_000,
  probes: 2,
};

interface Opened {
  readonly breakers: CircuitBreakers;
  readonly breaker: CircuitBreaker;
  readonly clock: JumpingClock;
  readonly transitions: CircuitTransition[];
}

/**
 * The contract of {@link CircuitBreakers} as a suite of tests. Call it at the top of a test file that Vitest runs; every
 * implementation has to pass all of it.
 */
export function describeCircuitBreakers(harness: CircuitBreakersHarness): void {
  function open(more: Partial<ResolvedCircuitBreakerPolicy> = {}): Opened {
    const clock = new JumpingClock();
    const breakers = harness.open(clock);
    const transitions: CircuitTransition[] = [];
    breakers.onTransition((transition) => transitions.push(transition));
    return { breakers, breaker: breakers.get("api", { ...POLICY, ...more }), clock, transitions };
  }

  /** A breaker that its calls opened just now. */
  function openTripped(more: Partial<ResolvedCircuitBreakerPolicy> = {}): Opened {
    const opened = open(more);
    trip(opened.breaker);
    expect(opened.breaker.state).toBe("open");
    opened.transitions.length = 0;
    return opened;
  }

  /** A breaker whose time has come to let probes through. */
  function openForProbes(more: Partial<ResolvedCircuitBreakerPolicy> = {}): Opened {
    const opened = openTripped(more);
    opened.clock.advance(POLICY.openMs);
    return opened;
  }

  describe(`The ${harness.name} circuit breakers`, () => {
    describe("closed:", () => {
      test("opens once enough calls were made and enough of them failed", () => {
        const { breaker, transitions } = open();
        succeed(breaker, 2);
        fail(breaker, 1);
        expect(breaker.state).toBe("closed");
        fail(breaker, 1);
        expect(breaker.state).toBe("open");
        expect(transitions).toStrictEqual([{ resource: "api", from: "closed", to: "open", forced: false }]);
      });

      test("stays closed on too few calls, however many failed", () => {
        const { breaker } = open();
        fail(breaker, 3);
        expect(breaker.state).toBe("closed");
      });

      test("stays closed while too few failed, however many calls there are", () => {
        const { breaker } = open();
        succeed(breaker, 6);
        fail(breaker, 5);
        expect(breaker.state).toBe("closed");
        fail(breaker, 1);
        expect(breaker.state).toBe("open");
      });

      test("opens on slow calls, which count as failed, though they succeeded", () => {
        const { breaker, clock } = open();
        for (let call = 0; call < 4; call++) slowly(breaker, clock, POLICY.slowCallMs + 1);
        expect(breaker.state).toBe("open");
      });

      test("takes a call that is just not slow for a good one", () => {
        const { breaker, clock } = open();
        for (let call = 0; call < 4; call++) slowly(breaker, clock, POLICY.slowCallMs);
        expect(breaker.state).toBe("closed");
      });

      test("forgets calls from before its window", () => {
        const { breaker, clock } = open();
        fail(breaker, 3);
        clock.advance(POLICY.windowMs);
        fail(breaker, 3);
        expect(breaker.state).toBe("closed");
        clock.advance(POLICY.windowMs * 100);
        succeed(breaker, 4);
        fail(breaker, 3);
        expect(breaker.state).toBe("closed");
      });

      test("remembers calls within its window, at least its last half", () => {
        const { breaker, clock } = open();
        fail(breaker, 3);
        clock.advance(POLICY.windowMs / 2);
        fail(breaker, 1);
        expect(breaker.state).toBe("open");
      });

      test("counts no call that says nothing of the resource: 100 cancelled ones do not open it", () => {
        const { breaker, clock } = open();
        for (let call = 0; call < 100; call++) breaker.admit().neutral();
        const slow = Array.from({ length: 10 }, () => breaker.admit());
        clock.advance(POLICY.slowCallMs * 2);
        for (const pass of slow) pass.neutral();
        fail(breaker, 3);
        expect(breaker.state).toBe("closed");
      });

      test("counts a call once, as what was said of it first", () => {
        const { breaker } = open();
        const pass = breaker.admit();
        pass.succeeded();
        for (let again = 0; again < 10; again++) pass.failed();
        expect(breaker.state).toBe("closed");
      });
    });

    describe("open:", () => {
      test("refuses calls, and says how long yet", () => {
        const { breaker, clock } = openTripped();
        expect(refusal(breaker)).toMatchObject({ resource: "api", code: "circuit_open", retryAfterMs: POLICY.openMs });
        clock.advance(2_000);
        expect(refusal(breaker).retryAfterMs).toBe(POLICY.openMs - 2_000);
      });

      test("is not kept open by the calls that it refuses", () => {
        const { breaker, clock } = openTripped();
        clock.advance(POLICY.openMs - 1);
        refusal(breaker);
        clock.advance(1);
        breaker.admit();
        expect(breaker.state).toBe("half-open");
      });

      test("stays so for its time, whatever becomes of the date", () => {
        const { breaker, clock } = openTripped();
        clock.jump(86_400_000);
        expect(refusal(breaker).retryAfterMs).toBe(POLICY.openMs);
      });

      test("is not disturbed by calls that began before it opened", () => {
        const { breaker, clock, transitions } = open();
        const late = Array.from({ length: 4 }, () => breaker.admit());
        trip(breaker);
        clock.advance(1_000);
        late[0]?.failed();
        late[1]?.succeeded();
        expect(refusal(breaker).retryAfterMs).toBe(POLICY.openMs - 1_000);
        clock.advance(POLICY.openMs - 1_000);
        breaker.admit();
        late[2]?.failed();
        late[3]?.succeeded();
        expect(breaker.state).toBe("half-open");
        expect(transitions.map(({ to }) => to)).toStrictEqual(["open", "half-open"]);
      });
    });

    describe("half-open:", () => {
      test("lets as many probes through at a time as it may, of 50 who ask", () => {
        const { breaker, transitions } = openForProbes();
        const admitted = Array.from({ length: 50 }, () => tryToPass(breaker)).filter((pass) => pass !== undefined);
        expect(admitted).toHaveLength(POLICY.probes);
        expect(transitions).toStrictEqual([{ resource: "api", from: "open", to: "half-open", forced: false }]);
      });

      test("closes once as many probes have succeeded, with nothing counted", () => {
        const { breaker, transitions } = openForProbes();
        breaker.admit().succeeded();
        expect(breaker.state).toBe("half-open");
        breaker.admit().succeeded();
        expect(breaker.state).toBe("closed");
        expect(transitions.at(-1)).toStrictEqual({ resource: "api", from: "half-open", to: "closed", forced: false });
        fail(breaker, 3);
        expect(breaker.state).toBe("closed");
      });

      test("opens again on one failed probe, for its whole time", () => {
        const { breaker, clock } = openForProbes();
        const [first, second] = [breaker.admit(), breaker.admit()];
        clock.advance(100);
        first.failed();
        expect(breaker.state).toBe("open");
        expect(refusal(breaker).retryAfterMs).toBe(POLICY.openMs);
        second.succeeded();
        expect(breaker.state).toBe("open");
      });

      test("begins to count its probes anew each time", () => {
        const { breaker, clock } = openForProbes();
        breaker.admit().succeeded();
        breaker.admit().failed();
        clock.advance(POLICY.openMs);
        breaker.admit().succeeded();
        expect(breaker.state).toBe("half-open");
      });

      test("takes a slow probe for a failed one", () => {
        const { breaker, clock } = openForProbes();
        slowly(breaker, clock, POLICY.slowCallMs + 1);
        expect(breaker.state).toBe("open");
      });

      test("gives a cancelled probe's place to the next, and learns nothing from it", () => {
        const { breaker } = openForProbes();
        for (let call = 0; call < 10; call++) {
          const pass = breaker.admit();
          pass.neutral();
          pass.neutral();
        }
        expect(breaker.state).toBe("half-open");
        const admitted = Array.from({ length: 50 }, () => tryToPass(breaker)).filter((pass) => pass !== undefined);
        expect(admitted).toHaveLength(POLICY.probes);
      });

      test("does not hear probes of an earlier time that it was half-open", () => {
        const { breaker, clock } = openForProbes();
        const [first, old] = [breaker.admit(), breaker.admit()];
        first.failed();
        clock.advance(POLICY.openMs);
        breaker.admit();
        old.succeeded();
        old.neutral();
        breaker.admit();
        expect(tryToPass(breaker)).toBeUndefined();
        expect(breaker.state).toBe("half-open");
      });
    });

    describe("forced:", () => {
      test("open, it lets nothing through, however long, and does not say until when", () => {
        const { breaker, clock, transitions } = open();
        breaker.force("open");
        for (let day = 0; day < 3; day++) {
          expect(refusal(breaker).retryAfterMs).toBeUndefined();
          clock.advance(86_400_000);
        }
        expect(breaker.state).toBe("open");
        expect(transitions).toStrictEqual([{ resource: "api", from: "closed", to: "open", forced: true }]);
      });

      test("open while its calls had opened it, it stays open all the same", () => {
        const { breaker, clock } = openTripped();
        breaker.force("open");
        clock.advance(POLICY.openMs * 2);
        expect(tryToPass(breaker)).toBeUndefined();
      });

      test("open while probes are under way, it stays open whatever becomes of them", () => {
        const { breaker } = openForProbes();
        const probes = [breaker.admit(), breaker.admit()];
        breaker.force("open");
        for (const probe of probes) probe.succeeded();
        expect(tryToPass(breaker)).toBeUndefined();
      });

      test("closed, it lets every call through, however many fail", () => {
        const { breaker } = openTripped();
        breaker.force("closed");
        fail(breaker, 50);
        expect(breaker.state).toBe("closed");
      });

      test("released, it goes on by itself, closed and with nothing counted", () => {
        const { breaker, transitions } = open();
        fail(breaker, 3);
        breaker.force("open");
        breaker.release();
        expect(breaker.state).toBe("closed");
        expect(transitions.at(-1)).toStrictEqual({ resource: "api", from: "open", to: "closed", forced: true });
        fail(breaker, 3);
        expect(breaker.state).toBe("closed");
        fail(breaker, 1);
        expect(breaker.state).toBe("open");
      });
    });

    describe("together:", () => {
      test("there is one a resource, with the policy that it was first asked for with", () => {
        const { breakers, breaker } = open();
        expect(breakers.get("api", { ...POLICY, minimumCalls: 1 })).toBe(breaker);
        fail(breaker, 1);
        expect(breaker.state).toBe("closed");
        trip(breaker);
        expect(breakers.get("other", POLICY).state).toBe("closed");
        expect([...breakers.all].map(({ resource }) => resource)).toStrictEqual(["api", "other"]);
      });

      test("a resource that comes without a policy has one of 10 calls a minute, half of them failed", () => {
        const { breakers, clock } = open();
        const breaker = breakers.get("plain");
        fail(breaker, 9);
        expect(breaker.state).toBe("closed");
        fail(breaker, 1);
        expect(refusal(breaker).retryAfterMs).toBe(30_000);
        clock.advance(30_000);
        breaker.admit().succeeded();
        expect(breaker.state).toBe("closed");
      });

      test("whoever listens hears of all of them, until they don't want to", () => {
        const { breakers, breaker } = open();
        const heard: string[] = [];
        const stop = breakers.onTransition(({ resource, to }) => heard.push(`${resource} ${to}`));
        trip(breaker);
        trip(breakers.get("other", POLICY));
        stop();
        breaker.release();
        expect(heard).toStrictEqual(["api open", "other open"]);
      });

      test("whoever begins to listen while others are told hears of the next", () => {
        const { breakers, breaker } = open();
        const heard: string[] = [];
        const stop = breakers.onTransition(() => {
          stop();
          breakers.onTransition(({ to }) => heard.push(to));
        });
        trip(breaker);
        breaker.release();
        expect(heard).toStrictEqual(["closed"]);
      });

      test("a listener that throws disturbs neither the call nor the other listeners", () => {
        const clock = new ManualClock();
        const breakers = harness.open(clock);
        const heard: string[] = [];
        breakers.onTransition(() => {
          throw new Error("broken listener");
        });
        breakers.onTransition(({ to }) => heard.push(to));
        const breaker = breakers.get("api", POLICY);
        trip(breaker);
        clock.advance(POLICY.openMs);
        breaker.admit().failed();
        expect(heard).toStrictEqual(["open", "half-open", "open"]);
      });

      test("a listener that forces a breaker open is obeyed by the call that it heard of", () => {
        const { breakers, breaker } = openForProbes();
        breakers.onTransition(({ to }) => {
          if (to === "half-open") breaker.force("open");
        });
        expect(tryToPass(breaker)).toBeUndefined();
        expect(breaker.state).toBe("open");
      });
    });
  });
}

/** A clock whose date somebody sets: durations go on as before. */
class JumpingClock extends ManualClock {
  #jumpedMs = 0;

  override now(): number {
    return super.now() + this.#jumpedMs;
  }

  jump(ms: number): void {
    this.#jumpedMs += ms;
  }
}

function succeed(breaker: CircuitBreaker, times: number): void {
  for (let call = 0; call < times; call++) breaker.admit().succeeded();
}

function fail(breaker: CircuitBreaker, times: number): void {
  for (let call = 0; call < times; call++) breaker.admit().failed();
}

function trip(breaker: CircuitBreaker): void {
  for (let call = 0; call < POLICY.minimumCalls && breaker.state === "closed"; call++) fail(breaker, 1);
}

function slowly(breaker: CircuitBreaker, clock: ManualClock, ms: number): void {
  const pass = breaker.admit();
  clock.advance(ms);
  pass.succeeded();
}

function tryToPass(breaker: CircuitBreaker): CircuitPass | undefined {
  try {
    return breaker.admit();
  } catch (error) {
    expect(error).toBeInstanceOf(CircuitOpenError);
    return undefined;
  }
}

function refusal(breaker: CircuitBreaker): CircuitOpenError {
  try {
    breaker.admit();
  } catch (error) {
    expect(error).toBeInstanceOf(CircuitOpenError);
    return error as CircuitOpenError;
  }
  throw new Error("the call was let through");
}
