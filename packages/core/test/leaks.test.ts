import { getEventListeners } from "node:events";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Flujo } from "@flujo/core";
import { type Hook, StateBackend } from "@flujo/core/protocols";
import { loop, parallel, type Step, step } from "@flujo/dsl";
import { expect, test } from "vitest";
import { PassingBackend } from "./passing-backend.ts";
import { treatments, troubledPipelines, troubledRun } from "./troubled-run.ts";
import { whateverTheLoad } from "./whatever-the-load.ts";

/** `pnpm proof` has ten thousand runs; a sample does for every day. */
const RUNS = process.env["FLUJO_PROOF"] === undefined ? 300 : 10_000;
/** Runs of these are not looked at: what is made once is made in them. */
const WARM_UP = 150;
const SEED = 20_251_122;
const AT_A_TIME = 6;
const SAMPLES = 10;
/** By how much the heap may differ between the halves, whatever the reason. Less than a run's events take, for each run. */
const NOISE_BYTES = 256 * 1024 + 80 * RUNS;
/** How some of the runs end at least, so that nothing is missing from what was looked at. */
const ENDS = ["completed", "paused", "cancelled", "interrupted", "left", "usage_limit_exceeded"];

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Waits until all is over that was about to end, and what nobody needs is gone. */
async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await new Promise((resolve) => setTimeout(resolve, 2));
    collectGarbage();
  }
}

/** What keeps the process alive: timers, handles, requests. */
function resources(): readonly string[] {
  // A histogram counts as a handle while it does not measure, until it is collected with the runner that it belongs to.
  return process.getActiveResourcesInfo().filter((kind) => kind !== "IntervalHistogram");
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

test(`${RUNS} runs that fail, are late, are left and are stopped leave nothing behind`, {
  timeout: 1_200_000,
}, async () => {
  const backend = new PassingBackend();
  const lasting = new AbortController();
  /** Those of every step since the last look. */
  let signals = new Set<AbortSignal>();
  const hook: Hook = { onStepStart: ({ signal }) => void signals.add(signal) };
  await settle();
  // One more than there was may be a timer of the test runner's.
  const most = resources().length + 1;
  const runners = troubledPipelines(SEED).map(
    (pipeline) =>
      new Flujo(pipeline, {
        hooks: [hook],
        budget: { totalTokens: 200 },
        modules: [whateverTheLoad, (container) => container.register(StateBackend, { useValue: backend })],
      }),
  );

  const met = new Map<string, number>();
  const heap: number[] = [];
  let retained = 0;
  const all = treatments(WARM_UP + RUNS, SEED);
  const look = async (): Promise<void> => {
    expect(getEventListeners(lasting.signal, "abort")).toEqual([]);
    // One listener may stay on a signal that ends with its run.
    expect([...signals].filter((signal) => getEventListeners(signal, "abort").length > 1)).toEqual([]);
    const remains = [...signals].map((signal) => new WeakRef(signal));
    signals = new Set();
    backend.forget();
    await settle();
    retained += remains.filter((signal) => signal.deref() !== undefined).length;
    expect(resources().length).toBeLessThanOrEqual(most);
    heap.push(process.memoryUsage().heapUsed);
  };
  const until = (share: number): number => WARM_UP + Math.round((RUNS * share) / SAMPLES);

  let next = 0;
  for (let sample = 0; sample <= SAMPLES; sample++) {
    while (next < until(sample)) {
      const batch = all.slice(next, Math.min(next + AT_A_TIME, until(sample)));
      const ends = batch.map((treatment, index) => {
        const runner = runners[(next + index) % runners.length] as Flujo<number, unknown>;
        return troubledRun(runner, `run ${next + index}`, treatment, lasting.signal);
      });
      for (const end of await Promise.all(ends)) met.set(end, (met.get(end) ?? 0) + 1);
      next += batch.length;
    }
    await look();
  }
  await Promise.all(runners.splice(0).map((runner) => runner[Symbol.asyncDispose]()));
  await settle();
  expect(resources().length).toBeLessThanOrEqual(most);
  expect([...met.keys()]).toEqual(expect.arrayContaining(ENDS));
  // A few may be on a stack still; a leak has thousands.
  expect(retained).toBeLessThan(SAMPLES);
  const [first, second] = [heap.slice(1, 1 + SAMPLES / 2), heap.slice(1 + SAMPLES / 2)];
  expect(median(second) - median(first)).toBeLessThan(NOISE_BYTES);
});

test("a long run holds on to nothing of the iterations that are over", async () => {
  const iterations = 300;
  const signals: WeakRef<AbortSignal>[] = [];
  let retained = 0;
  const noting = (name: string): Step<number, number> =>
    step(name, (n: number, { signal }) => {
      signals.push(new WeakRef(signal));
      return n;
    });
  const late = noting("late").withTimeout(60_000).withRetry().withLimits({ concurrency: 1 });
  const both = parallel("both", { late, other: noting("other") });
  const last = step("last", async ({ late: n }: { late: number }) => {
    if (n === iterations) {
      await settle();
      retained = signals.filter((earlier) => earlier.deref() !== undefined).length;
    }
    return n + 1;
  });
  const body = noting("alone").withTimeout(60_000).pipe(both).pipe(last);
  await using flujo = new Flujo(loop("all", { body, until: (n) => n > iterations, maxIterations: Infinity }));
  expect(await flujo.run(1)).toMatchObject({ status: "completed", output: iterations + 1 });
  expect(signals).toHaveLength(3 * iterations);
  expect(retained).toBeLessThan(iterations / 10);
});
