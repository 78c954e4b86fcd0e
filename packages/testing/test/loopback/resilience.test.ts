import { once } from "node:events";
import { Flujo, LoadDegradation } from "@flujo/core";
import {
  CircuitBreakers,
  Clock,
  type FlujoModule,
  GracefulDegradation,
  type RunEvent,
  type RunResult,
} from "@flujo/core/protocols";
import { map, parallel, pipeline, step } from "@flujo/dsl";
import { ManualClock, type ScriptedServer } from "@flujo/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Answer, ask, idOf, startBillingServer } from "../support/billing-server.ts";
import { gate } from "../support/gate.ts";

let script: (id: string) => Answer;
let server: ScriptedServer;
beforeAll(async () => {
  server = await startBillingServer((id) => script(id));
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => {
  server.clear();
  script = () => ({});
});

const at =
  (clock: Clock): FlujoModule =>
  (container) =>
    container.register(Clock, { useValue: clock });

/** Lets go on whatever waits for promises alone. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** So that a test that fails leaves no run waiting. */
const aborted = (signal: AbortSignal): Promise<unknown> => once(signal, "abort");

const call = step("call", async (id: string, { signal }) => {
  await ask(server, id, signal);
  return id;
});

/** The codes of a run's failed calls below a step, and `ok` for those that were well. */
const ends = ({ steps }: RunResult<unknown>, below: string): readonly string[] =>
  steps
    .filter(({ path, name }) => path.startsWith(`${below}@`) && name === "call")
    .map(({ error }) => error?.code ?? "ok");

describe("a circuit breaker in a run", () => {
  test("opens as the server fails, sheds calls, probes once at a time, and closes when the server is well", async () => {
    const clock = new ManualClock();
    let isDown = true;
    const probe = gate();
    script = (id) => ({ status: isDown ? 503 : 200, ...(id === "knock-0" ? { when: probe.opened } : {}) });
    const guarded = call.withCircuitBreaker({ resource: "model", minimumCalls: 3, openMs: 30_000, probes: 1 });
    const calls = (name: string, concurrency: number) =>
      pipeline(
        `${name}-all`,
        step(`${name} ids`, () => Array.from({ length: 6 }, (_, index) => `${name}-${index}`)),
        map(name, guarded, { concurrency, onFailure: "collect" }),
      );
    /** Stands still until the test has done its part. */
    const stops = { first: gate(), second: gate() };
    const reached = { first: gate(), second: gate() };
    const stop = (name: "first" | "second") =>
      step(name, async (value: unknown, { signal }) => {
        reached[name].open();
        await Promise.race([stops[name].opened, aborted(signal)]);
        return value;
      });
    const whole = pipeline(
      "whole",
      calls("down", 1),
      stop("first"),
      calls("knock", 6),
      stop("second"),
      step("probe id", () => "probe"),
      guarded,
      calls("well", 6),
    );
    await using flujo = new Flujo(whole, { modules: [at(clock)] });
    const breakers = flujo.container.resolve<CircuitBreakers>(CircuitBreakers);
    const transitions: string[] = [];
    breakers.onTransition(({ from, to }) => transitions.push(`${from} > ${to}`));
    const arrived = (): readonly string[] => server.journal.map(idOf);

    const running = flujo.run(undefined);
    await reached.first.opened;
    expect(arrived()).toEqual(["down-0", "down-1", "down-2"]);
    expect(transitions).toEqual(["closed > open"]);

    clock.advance(30_000);
    stops.first.open();
    await server.until(({ length }) => length === 4);
    await settled();
    probe.open();
    await reached.second.opened;
    expect(arrived().slice(3)).toEqual(["knock-0"]);
    expect(transitions.slice(1)).toEqual(["open > half-open", "half-open > open"]);

    clock.advance(30_000);
    isDown = false;
    stops.second.open();
    const result = await running;
    expect(arrived().slice(4).toSorted()).toEqual([
      "probe",
      ...Array.from({ length: 6 }, (_, index) => `well-${index}`),
    ]);
    expect(transitions.slice(3)).toEqual(["open > half-open", "half-open > closed"]);
    expect(result.status).toBe("completed");
    const [failed, shed, ok] = ["step_failed", "circuit_open", "ok"];
    expect(ends(result, "down-all/down")).toEqual([failed, failed, failed, shed, shed, shed]);
    expect(ends(result, "knock-all/knock").toSorted()).toEqual([shed, shed, shed, shed, shed, failed]);
    expect(ends(result, "well-all/well")).toEqual([ok, ok, ok, ok, ok, ok]);
  });
});

describe("a server that is asked too much", () => {
  test("is left alone for as long as its Retry-After says", async () => {
    const clock = new ManualClock();
    script = () => (server.journal.length === 1 ? { status: 429, headers: { "retry-after": "7" } } : {});
    const patient = call.withRetry({ maxAttempts: 2, initialDelayMs: 10, jitter: "none" });
    await using flujo = new Flujo(patient, { modules: [at(clock)] });
    const handle = flujo.start("a");
    for await (const event of handle) {
      if (event.type !== "step-retry") continue;
      expect(event).toMatchObject({ delayMs: 7_000, error: { category: "rateLimit", retryAfterMs: 7_000 } });
      break;
    }
    clock.advance(6_999);
    await settled();
    expect(server.journal).toHaveLength(1);
    clock.advance(1);
    expect(await handle.result).toMatchObject({ status: "completed", steps: [{ attempts: 2 }] });
    expect(server.journal).toHaveLength(2);
  });

  test("is not asked more often than a rate limit says: it never has to refuse", async () => {
    const clock = new ManualClock();
    const arrivals: number[] = [];
    script = () => {
      arrivals.push(clock.now());
      const lastMinute = arrivals.filter((time) => time > clock.now() - 60_000);
      return { status: lastMinute.length > 5 ? 429 : 200 };
    };
    let begun = 0;
    const counted = step("counted", async (id: string) => {
      begun++;
      await ask(server, id);
    }).withLimits({ resource: "model", requestsPerMinute: 5 });
    await using flujo = new Flujo(map("all", counted, { concurrency: 12 }), { modules: [at(clock)] });
    let isOver = false;
    const running = flujo.run(Array.from({ length: 12 }, (_, index) => String(index))).finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await settled();
      // Time stands still while anything is on its way.
      await server.until((calls) => calls.length === begun && calls.every(({ state }) => state === "answered"));
      clock.advance(500);
    }
    expect((await running).status).toBe("completed");
    expect(arrivals).toHaveLength(12);
    expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThanOrEqual(120_000);
  });

  test("has no more calls at a time than a limit says, of all steps and runs that name it", async () => {
    const full = gate();
    script = () => ({ when: full.opened });
    const limits = { resource: "model", concurrency: 3 };
    const other = step("other", (id: string, { signal }) => ask(server, id, signal));
    const both = parallel("both", { a: call.withLimits(limits), b: other.withLimits(limits) });
    await using flujo = new Flujo(map("all", both));
    const runs = [flujo.run(["1", "2", "3"]), flujo.run(["4", "5", "6"])];
    await server.until(({ length }) => length === 3);
    await settled();
    full.open();
    expect((await Promise.all(runs)).map(({ status }) => status)).toEqual(["completed", "completed"]);
    expect(server.mostAtWork).toBe(3);
    expect(server.journal).toHaveLength(12);
  });
});

describe("a stall of the event loop in a run", () => {
  test("switches features off, and on again once it is over; required results are what they always are", async () => {
    const never = { minor: Infinity, moderate: Infinity, severe: Infinity };
    const load = new LoadDegradation({
      sampleMs: 10,
      dwellMs: 50,
      eventLoopDelayMs: { minor: 60, moderate: 120, severe: Infinity },
      heapShare: never,
      queued: never,
    });
    /** Resolves once the level is such: nothing else can happen between that and what the run does next. */
    const until = (isReached: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!isReached()) return;
          unwatch();
          resolve();
        };
        const unwatch = load.onChange(look);
        queueMicrotask(look);
      });
    let isDisturbed = true;
    const stall = step("stall", async (n: number) => {
      if (!isDisturbed) return n;
      for (const end = performance.now() + 300; performance.now() < end; );
      await until(() => !load.isEnabled("optional-steps"));
      return n;
    });
    const recover = step("recover", async (value: { readonly needed: number }) => {
      if (isDisturbed) await until(() => load.level === "normal");
      return value.needed;
    });
    const side = (name: string) =>
      parallel(name, {
        needed: step("needed", (n: number) => n * 3),
        extra: step("extra", (n: number) => `extra ${n}`).asOptional("left out"),
      });
    const whole = pipeline("whole", stall, side("under load"), recover, side("afterwards"));
    const disturbed = new Flujo(whole, {
      capture: "full",
      modules: [(container) => container.register<GracefulDegradation>(GracefulDegradation, { useValue: load })],
    });
    const changes: string[] = [];
    load.onChange(({ from, to }) => changes.push(`${from} > ${to}`));
    const shown = new Map<string, boolean>();
    const look = (event: RunEvent): void => {
      if (event.type === "step-start") shown.set(event.path, event.input !== undefined);
    };

    const handle = disturbed.start(7);
    for await (const event of handle) look(event);
    const result = await handle.result;
    await disturbed[Symbol.asyncDispose]();
    isDisturbed = false;
    await using calm = new Flujo(whole);
    const undisturbed = await calm.run(7);

    expect(undisturbed).toMatchObject({
      status: "completed",
      degraded: false,
      output: { needed: 63, extra: "extra 21" },
    });
    expect(result).toMatchObject({ status: "completed", degraded: true, output: { needed: 63, extra: "extra 21" } });
    const output = (name: string) => result.steps.find(({ path }) => path === name);
    expect(output("under load[extra]/extra")).toMatchObject({ omitted: true, attempts: 0 });
    expect(output("afterwards[extra]/extra")).not.toHaveProperty("omitted");
    const required = ({ steps }: RunResult<unknown>) =>
      steps.filter(({ name }) => name !== "extra").map(({ path, status, attempts }) => ({ path, status, attempts }));
    expect(required(result)).toEqual(required(undisturbed));
    expect([...shown]).toEqual(
      expect.arrayContaining([
        ["under load[needed]/needed", false],
        ["afterwards[needed]/needed", true],
      ]),
    );
    expect(changes.some((change) => change.endsWith("> moderate"))).toBe(true);
    expect(changes.at(-1)).toBe("minor > normal");
  });
});
