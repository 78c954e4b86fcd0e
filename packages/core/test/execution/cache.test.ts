import { Flujo, LruCacheBackend, unwrap } from "@flujo/core";
import { CacheBackend, type Clock, type FlujoModule, Hasher, type RunEvent, StateBackend } from "@flujo/core/protocols";
import { branch, loop, map, parallel, pipeline, type Step, step, steps } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { CrashingBackend } from "./crashing-backend.ts";

/** A step that counts its calls. */
function counting<Output = number>(give: (n: number) => Output | Promise<Output> = (n) => (n * 2) as Output) {
  const calls: number[] = [];
  const work = step("work", async (n: number, { reportUsage }) => {
    calls.push(n);
    reportUsage({ inputTokens: 3, outputTokens: 1, costUsd: 0.5 });
    return await give(n);
  });
  return { calls, work };
}

describe("a cached step", () => {
  test("is not run again for the same input, by another run of the same runner, and a hit costs nothing", async () => {
    const { calls, work } = counting();
    await using flujo = new Flujo(work.withCache());
    const first = await flujo.run(4);
    const second = await flujo.run(4);
    expect([unwrap(first), unwrap(second), unwrap(await flujo.run(5))]).toEqual([8, 8, 10]);
    expect(calls).toEqual([4, 5]);
    expect([first.usage.requests, second.usage.requests, second.usage.costUsd]).toEqual([1, 0, 0]);
    expect([first.steps[0]?.attempts, second.steps[0]?.attempts]).toEqual([1, 0]);
  });

  test("without the policy is run each time", async () => {
    const { calls, work } = counting();
    await using flujo = new Flujo(work);
    await flujo.run(4);
    await flujo.run(4);
    expect(calls).toEqual([4, 4]);
  });

  test("is run again where the context is another, and brings its changes to the context along", async () => {
    const calls: string[] = [];
    const s = steps<{ tone: string; seen: string[] }>();
    const speak = s
      .step("speak", (text: string, { context, update }) => {
        calls.push(context.tone);
        update((draft) => draft.seen.push(text));
        return `${context.tone} ${text}`;
      })
      .withCache();
    const dry = new Flujo(speak, { context: { tone: "dry", seen: [] } });
    expect(await dry.run("x")).toMatchObject({ output: "dry x", context: { seen: ["x"] } });
    expect(await dry.run("x")).toMatchObject({ output: "dry x", context: { seen: ["x"] } });
    const cache = new LruCacheBackend();
    const shared: FlujoModule = (container) => container.register(CacheBackend, { useValue: cache });
    for (const tone of ["dry", "warm", "dry"]) {
      const flujo = new Flujo(speak, { context: { tone, seen: [] }, modules: [shared] });
      expect(unwrap(await flujo.run("x"))).toBe(`${tone} x`);
    }
    expect(calls).toEqual(["dry", "dry", "warm"]);
  });

  test("goes by its own key where it has one", async () => {
    const { calls, work } = counting();
    await using flujo = new Flujo(work.withCache({ key: (n) => n % 10 }));
    expect(unwrap(await flujo.run(3))).toBe(6);
    expect(unwrap(await flujo.run(13))).toBe(6);
    expect(calls).toEqual([3]);
  });

  test("is run again once its outcome is too old, and when its version is another", async () => {
    let now = 1000;
    const clock: Clock = { now: () => Date.now(), monotonic: () => now, schedule: () => () => undefined };
    const { calls, work } = counting();
    const cache = new LruCacheBackend({ clock });
    const shared: FlujoModule = (container) => container.register(CacheBackend, { useValue: cache });
    const run = async (cached: Step<number, number>) => unwrap(await new Flujo(cached, { modules: [shared] }).run(1));
    await run(work.withCache({ ttlMs: 100 }));
    now = 1099;
    await run(work.withCache({ ttlMs: 100 }));
    expect(calls).toHaveLength(1);
    now = 1101;
    await run(work.withCache({ ttlMs: 100 }));
    expect(calls).toHaveLength(2);
    await run(work.withCache({ ttlMs: 100, version: "2" }));
    expect(calls).toHaveLength(3);
  });

  test("never shares with another step of its name and input", async () => {
    const one = counting((n) => `one ${n}`);
    const two = counting((n) => `two ${n}`);
    const sides = parallel("sides", { a: one.work.withCache(), b: two.work.withCache() });
    await using flujo = new Flujo(sides);
    expect(unwrap(await flujo.run(1))).toEqual({ a: "one 1", b: "two 1" });
    expect(unwrap(await flujo.run(1))).toEqual({ a: "one 1", b: "two 1" });
  });

  test("that is at work on a key is waited for by others with the same", async () => {
    const { calls, work } = counting(async (n) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return n;
    });
    await using flujo = new Flujo(map("all", work.withCache()));
    expect(unwrap(await flujo.run([1, 2, 1, 1, 2]))).toEqual([1, 2, 1, 1, 2]);
    expect(calls.sort()).toEqual([1, 2]);
  });

  test("that fails is not cached, and lets those who waited try themselves", async () => {
    let failures = 2;
    const { calls, work } = counting(async (n) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (failures-- > 0) throw new Error("not now");
      return n;
    });
    await using flujo = new Flujo(map("all", work.withCache(), { onFailure: "collect" }));
    const statuses = unwrap(await flujo.run([7, 7, 7, 7])).map(({ status }) => status);
    expect(statuses).toEqual(["rejected", "rejected", "fulfilled", "fulfilled"]);
    expect(calls).toHaveLength(3);
  });

  test("that is waited for does not hold up a cancelled run", async () => {
    let release = (): void => undefined;
    const { work } = counting(
      (n) =>
        new Promise<number>((resolve) => {
          release = () => resolve(n);
        }),
    );
    await using flujo = new Flujo(work.withCache());
    const first = flujo.run(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await flujo.run(1, { signal: AbortSignal.timeout(10) });
    expect(second.status).toBe("cancelled");
    release();
    expect(unwrap(await first)).toBe(1);
  });

  test("gives each user an outcome of its own", async () => {
    const { work } = counting(() => ({ list: [1] }));
    const consume = step("consume", (made: { list: number[] }) => {
      made.list.push(2);
      return made.list;
    });
    await using flujo = new Flujo(pipeline("p", work.withCache(), consume));
    for (let run = 0; run < 3; run++) expect(unwrap(await flujo.run(1))).toEqual([1, 2]);
  });

  test.each<[string, (cached: Step<number, number>) => Step<number, number>]>([
    ["loop", (body) => loop("kind", { body, until: () => true, maxIterations: 1 })],
    ["branch", (body) => branch("kind", { on: () => "x" as const, cases: { x: body } })],
    ["pipeline", (body) => pipeline("kind", body)],
  ])("may be a %s, whose parts are then not run", async (_kind, wrap) => {
    const { calls, work } = counting();
    await using flujo = new Flujo(wrap(work).withCache());
    await flujo.run(1);
    const { steps: reported } = await flujo.run(1);
    expect(calls).toEqual([1]);
    expect(reported.map(({ path }) => path).filter((path) => path.includes("work"))).toEqual([]);
  });

  test("works without its cache, and says what is wrong with it", async () => {
    const { calls, work } = counting();
    const broken: CacheBackend = {
      get: () => Promise.reject(new Error("cache down")),
      set: () => Promise.reject(new Error("cache down")),
    };
    await using flujo = new Flujo(work.withCache(), {
      modules: [(container) => container.register(CacheBackend, { useValue: broken })],
    });
    const events: RunEvent[] = [];
    for await (const event of flujo.stream(1)) events.push(event);
    expect(events.filter(({ type }) => type === "step-log")).toMatchObject([
      { level: "warn", message: "the cache could not be read: cache down" },
      { level: "warn", message: "the cache could not be written: cache down" },
    ]);
    expect(calls).toEqual([1]);
  });

  test("goes by its journal first: what a run has recorded is not looked up again", async () => {
    const disk = new CrashingBackend();
    const { calls, work } = counting();
    const graph = pipeline(
      "p",
      work.withCache({ ttlMs: 1 }),
      step("after", (n: number) => n),
    );
    const modules: FlujoModule[] = [(container) => container.register(StateBackend, { useValue: disk })];
    disk.crashAfter(1);
    await expect(new Flujo(graph, { modules }).run(1, { runId: "r" })).rejects.toMatchObject({ code: "state" });
    disk.crashAfter(Infinity);
    expect(unwrap(await new Flujo(graph, { modules }).run(1, { runId: "r" }))).toBe(2);
    expect(calls).toEqual([1]);
  });

  test("fails if its key can't be recorded", async () => {
    const { work } = counting();
    await using flujo = new Flujo(work.withCache({ key: () => () => 1 }));
    expect(await flujo.run(1)).toMatchObject({ status: "failed", error: { code: "not_serializable", path: "work" } });
  });
});

describe("Hasher", () => {
  test("gives BLAKE3, the same in every process", async () => {
    await using flujo = new Flujo(step("work", (_: null, { resolve }) => resolve(Hasher).digest("")));
    expect(unwrap(await flujo.run(null))).toBe("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
  });
});
