import { Flujo, LruCacheBackend, unwrap } from "@flujo/core";
import { CacheBackend, Clock, type FlujoModule, Hasher, type RunEvent, StateBackend } from "@flujo/core/protocols";
import { branch, human, loop, map, parallel, pipeline, type Step, step, steps } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";
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

/** Something to be waited for, and how to make it happen. */
function event(): readonly [Promise<void>, () => void] {
  let happen = (): void => undefined;
  const happened = new Promise<void>((resolve) => {
    happen = resolve;
  });
  return [happened, () => happen()];
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

  test("is not run again where the cache was asked before another had done the work, and answers after", async () => {
    const [answered, answer] = event();
    const [asked, ask] = event();
    const [worked, goOn] = event();
    const [begun, begin] = event();
    const kept = new Map<string, string>();
    let looks = 0;
    const slow: CacheBackend = {
      get: async (key) => {
        const found = kept.get(key);
        if (++looks === 2) {
          ask();
          await answered;
        }
        return found;
      },
      set: async (key, value) => {
        kept.set(key, value);
      },
    };
    const { calls, work } = counting(async (n) => {
      begin();
      await worked;
      return n;
    });
    const modules: FlujoModule[] = [(container) => container.register(CacheBackend, { useValue: slow })];
    await using flujo = new Flujo(work.withCache(), { modules });
    const first = flujo.run(4);
    await begun;
    const second = flujo.run(4);
    await asked;
    goOn();
    await first;
    answer();
    expect(unwrap(await second)).toBe(4);
    expect(calls).toEqual([4]);
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

describe("what a cached outcome goes by", () => {
  test("is the step and its place, not its name: of two that follow each other, each has its own", async () => {
    const [one, two] = [counting((n) => n), counting((n) => n)];
    const parts = [pipeline("one", one.work.withCache()), pipeline("two", two.work.withCache())] as const;
    await using flujo = new Flujo(pipeline("p", ...parts));
    await flujo.run(1);
    await flujo.run(1);
    expect([one.calls, two.calls]).toEqual([[1], [1]]);
  });

  test("is the pipeline, too: two that share a cache share no outcome", async () => {
    const cache = new LruCacheBackend();
    const modules: FlujoModule[] = [(container) => container.register(CacheBackend, { useValue: cache })];
    for (const name of ["one", "two"]) {
      const { work } = counting((n) => `${name} ${n}`);
      await using flujo = new Flujo(pipeline(name, work.withCache()), { modules });
      expect(unwrap(await flujo.run(1))).toBe(`${name} 1`);
    }
  });

  test.each<[what: string, make: (n: number) => unknown]>([
    ["an object", (n) => ({ n, list: [{ n }] })],
    ["a Map", (n) => new Map([["n", { n }]])],
    ["a Set", (n) => new Set([n, "text"])],
    ["bytes", (n) => Uint8Array.of(n, 255)],
    ["a Date", (n) => new Date(n)],
    ["a bigint", (n) => BigInt(n)],
  ])("is what the input holds, not which object it is: %s", async (_, make) => {
    let calls = 0;
    const work = step("work", (_input: unknown) => calls++).withCache();
    const cache = new LruCacheBackend();
    const shared: FlujoModule = (container) => container.register(CacheBackend, { useValue: cache });
    for (const n of [1, 2, 1, 2]) {
      await using flujo = new Flujo(work, { modules: [shared] });
      expect(unwrap(await flujo.run(make(n)))).toBe(n - 1);
    }
    expect(calls).toBe(2);
  });

  test("tells values apart that look alike as text", async () => {
    const inputs = [
      1,
      "1",
      1n,
      null,
      "null",
      undefined,
      Number.NaN,
      0,
      -0,
      "",
      [],
      {},
      [undefined],
      [null],
      new Date(1),
    ];
    let calls = 0;
    await using flujo = new Flujo(step("work", (_input: unknown) => calls++).withCache());
    for (const round of [1, 2]) {
      const outputs: unknown[] = [];
      for (const input of inputs) outputs.push(unwrap(await flujo.run(input)));
      expect([round, outputs]).toEqual([round, inputs.map((_, index) => index)]);
    }
  });
});

describe("what is cached", () => {
  test("is no pause: the next run asks, too", async () => {
    const ask = human("ask", { prompt: "?", schema: z.number() });
    await using flujo = new Flujo<null, number>(pipeline("p", ask).withCache());
    expect(await flujo.run(null)).toMatchObject({ status: "paused" });
    expect(await flujo.run(null, { runId: "second" })).toMatchObject({ status: "paused" });
    expect(unwrap(await flujo.resume("second", { signals: { ask: 5 } }))).toBe(5);
  });

  test("is no cancellation: the next run does the work", async () => {
    const cancel = new AbortController();
    const calls: number[] = [];
    const work = step("work", (n: number, { signal }) => {
      calls.push(n);
      if (calls.length > 1) return n * 2;
      cancel.abort();
      signal.throwIfAborted();
      return n;
    });
    await using flujo = new Flujo(work.withCache());
    expect(await flujo.run(4, { signal: cancel.signal })).toMatchObject({ status: "cancelled" });
    expect(unwrap(await flujo.run(4))).toBe(8);
  });

  test("is no failed attempt: what came of the last one is", async () => {
    let attempts = 0;
    const flaky = step("flaky", (n: number) => {
      attempts += 1;
      if (attempts === 1) throw new Error("not now");
      return { n, attempts };
    });
    await using flujo = new Flujo(flaky.withRetry({ initialDelayMs: 0 }).withCache());
    expect(unwrap(await flujo.run(1))).toEqual({ n: 1, attempts: 2 });
    expect(unwrap(await flujo.run(1))).toEqual({ n: 1, attempts: 2 });
    expect(attempts).toBe(2);
  });

  test("ages by a time that never goes back, from its very start, and not by the time of day", async () => {
    const time = { now: Date.UTC(2026, 0), monotonic: 0 };
    const clock: Clock = { now: () => time.now, monotonic: () => time.monotonic, schedule: () => () => undefined };
    const { calls, work } = counting();
    await using flujo = new Flujo(work.withCache({ ttlMs: 100 }), {
      modules: [(container) => container.register(Clock, { useValue: clock })],
    });
    await flujo.run(1);
    time.now += 86_400_000;
    await flujo.run(1);
    expect(calls).toHaveLength(1);
    time.now -= 2 * 86_400_000;
    time.monotonic = 101;
    await flujo.run(1);
    expect(calls).toHaveLength(2);
  });

  test("is waited for by other runs, which take it for their own", async () => {
    let release = (): void => undefined;
    const { calls, work } = counting(
      (n) =>
        new Promise<number>((resolve) => {
          release = () => resolve(n * 2);
        }),
    );
    await using flujo = new Flujo(work.withCache());
    const runs = [flujo.run(1), flujo.run(1), flujo.run(1)];
    await expect.poll(() => calls.length).toBe(1);
    release();
    expect((await Promise.all(runs)).map(unwrap)).toEqual([2, 2, 2]);
    expect(calls).toEqual([1]);
  });
});

describe("Hasher", () => {
  test("gives BLAKE3, the same in every process", async () => {
    await using flujo = new Flujo(step("work", (_: null, { resolve }) => resolve(Hasher).digest("")));
    expect(unwrap(await flujo.run(null))).toBe("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
  });
});
