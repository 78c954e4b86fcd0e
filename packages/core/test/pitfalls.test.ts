import { Flujo, unwrap } from "@flujo/core";
import { AbortRunError, type RunEvent, StateBackend, Telemetry } from "@flujo/core/protocols";
import {
  branch,
  human,
  loop,
  map,
  nested,
  parallel,
  pipeline,
  router,
  type Step,
  stateMachine,
  step,
  steps,
} from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { CrashingBackend } from "./execution/crashing-backend.ts";
import { HeldClock } from "./execution/matrix/held-clock.ts";

const same = (name = "same"): Step<number, number> => step(name, (n: number) => n);

const changing = steps<{ changed?: boolean }>().step("changing", (n: number, { update }) => {
  update((draft) => {
    draft.changed = true;
  });
  return n;
});

/** A step with a function of the user's in each place where there may be one, which calls `interfere`. */
const PLACES: Record<string, (interfere: () => never) => Step<number, unknown>> = {
  "the function of a step": (interfere) => step("it", interfere),
  "a schema": (interfere) =>
    step({ name: "it", input: { "~standard": { version: 1, vendor: "test", validate: interfere } }, run: (n) => n }),
  "a prompt processor": (interfere) => same("it").withProcessors({ prompt: interfere }),
  "an output processor": (interfere) => same("it").withProcessors({ output: interfere }),
  "a plugin": (interfere) => same("it").withPlugins({ name: "p", validate: interfere }),
  "a validator": (interfere) => same("it").withValidators({ name: "v", validate: interfere }),
  "a cache key": (interfere) => same("it").withCache({ key: interfere }),
  "an estimate": (interfere) => same("it").withEstimate(interfere).withBudget({ costUsd: 1 }),
  "on of a branch": (interfere) => branch("it", { on: interfere as () => "x", cases: { x: same() } }),
  "until of a loop": (interfere) => loop("it", { body: same(), until: interfere, maxIterations: 2 }),
  "next of a loop": (interfere) => loop("it", { body: same(), until: () => false, next: interfere, maxIterations: 2 }),
  "select of a router": (interfere) => router("it", { select: interfere as () => "x"[], routes: { x: same() } }),
  "next of a state machine": (interfere) =>
    stateMachine("it", {
      start: "a",
      states: { a: same(), b: same() },
      next: { a: interfere as () => "b" },
      final: ["b"],
      maxHops: 2,
    }),
  "into of nested": (interfere) => nested("it", same(), { into: interfere }),
  "back of nested": (interfere) => nested("it", same(), { into: () => ({}), back: interfere }),
  "prompt of human": (interfere) => human("it", { prompt: interfere, schema: z.number() }),
  "merge of a parallel": (interfere) => parallel("it", { a: changing }, { merge: interfere }) as Step<number, unknown>,
};

describe.each(Object.entries(PLACES))("%s", (_place, build) => {
  test("that throws fails its step, and the run is not thrown out of", async () => {
    const broken = build(() => {
      throw new RangeError("broken");
    });
    await using flujo = new Flujo(parallel("all", { broken, other: same() }, { onFailure: "collect" }));
    const result = await flujo.run(1);
    expect(result).toMatchObject({
      status: "completed",
      output: {
        broken: { status: "rejected", reason: { message: "broken" } },
        other: { status: "fulfilled", value: 1 },
      },
    });
    expect(result.steps.find(({ path }) => path === "all[broken]/it")).toMatchObject({ status: "failed" });
  });

  test("that throws an AbortRunError ends the run, past retries, fallbacks and collecting", async () => {
    let calls = 0;
    const stop = build(() => {
      calls++;
      throw new AbortRunError("enough");
    });
    const kept = stop.withRetry({ maxAttempts: 3, initialDelayMs: 0 }).withFallbackValue(0);
    await using flujo = new Flujo(parallel("all", { kept }, { onFailure: "collect" }));
    expect(await flujo.run(1)).toMatchObject({ status: "cancelled", reason: { code: "run_aborted" } });
    expect(calls).toBe(1);
  });
});

describe("what was used", () => {
  const pays = (name: string) =>
    step(name, (n: number, { reportUsage }) => {
      reportUsage({ costUsd: 0.1 });
      return n;
    });
  const paysInVain = pays("vain").pipe(
    step("fails", (_: number): number => {
      throw new Error("no");
    }),
  );

  test.each<[string, Step<never, unknown>, unknown, number]>([
    ["a branch that fails and one that does not", parallel("all", { good: pays("good"), bad: paysInVain }), 1, 2],
    ["a loop that fails later on", loop("all", { body: pays("body"), until: () => false, maxIterations: 3 }), 1, 3],
    [
      "a map of which one item fails",
      map(
        "all",
        branch("kind", {
          on: (n: number) => (n === 3 ? "bad" : "good"),
          cases: { bad: paysInVain, good: pays("good") },
        }),
        { concurrency: 1 },
      ),
      [1, 2, 3],
      3,
    ],
    ["a case that fails", branch("all", { on: () => "x" as const, cases: { x: paysInVain } }), 1, 1],
  ])("by %s counts in full", async (_what, graph, input, calls) => {
    await using flujo = new Flujo(graph as Step<unknown, unknown>);
    const { status, usage, steps } = await flujo.run(input);
    expect(status).toBe("failed");
    expect(usage).toMatchObject({ requests: calls, costPico: BigInt(calls) * 10n ** 11n });
    expect(steps.find(({ path }) => path === "all")?.usage).toEqual(usage);
  });

  test("is what was reported, and not what an output says", async () => {
    const claims = step("claims", () => ({ costUsd: 5, usage: { inputTokens: 7 } }));
    await using flujo = new Flujo(claims.pipe(step("echo", (claim: object) => claim)));
    expect((await flujo.run(undefined)).usage).toMatchObject({ requests: 0, costUsd: 0 });
  });
});

test("a fallback may have a fallback, as far down as one likes, each of the same name", async () => {
  let tried = 0;
  const fails = step("it", (n: number): number => {
    tried++;
    throw new Error(`no ${n}`);
  });
  const last = step("it", (n: number) => n * 10);
  const chain = Array.from({ length: 15 }).reduce<Step<number, number>>((spare) => fails.withFallback(spare), last);
  await using flujo = new Flujo(chain);
  const result = await flujo.run(4);
  expect(unwrap(result)).toBe(40);
  expect(tried).toBe(15);
  expect(new Set(result.steps.map(({ path }) => path)).size).toBe(16);
});

test("a step's time is that of all its attempts, the waits between them and its fallback", async () => {
  const clock = new HeldClock();
  const passes = (name: string, ms: number, fails: boolean) =>
    step(name, (n: number) => {
      clock.pass(ms);
      if (fails) throw new Error("no");
      return n;
    });
  const slow = passes("slow", 100, true)
    .withRetry({ maxAttempts: 2, initialDelayMs: 1_000, jitter: "none" })
    .withFallback(passes("spare", 10, false));
  const events: RunEvent[] = [];
  await using flujo = new Flujo(slow, { modules: [clock.module] });
  for await (const event of flujo.stream(1)) {
    events.push(event);
    if (event.type === "step-retry") {
      // The wait begins right after this was sent.
      await new Promise((resolve) => setImmediate(resolve));
      clock.pass(1_000);
    }
  }
  const ends = events.flatMap((event) => (event.type === "step-end" ? [[event.name, event.durationMs]] : []));
  expect(ends).toEqual([
    ["spare", 10],
    ["slow", 1_210],
  ]);
});

test.each(["__proto__", "constructor", "toString", "decision", "attempt", "omitted", "fallback", "next", "a/b[c]#1"])(
  "a step, a branch and a case may be called %s, and are like any other",
  async (name) => {
    const disk = new CrashingBackend();
    const graph = pipeline(
      "all",
      same(name),
      branch("way", { on: () => name, cases: Object.fromEntries([[name, same(name)]]), otherwise: same("otherwise") }),
      parallel("both", Object.fromEntries([[name, same(name)]])),
    );
    const flujo = () =>
      new Flujo(graph, { modules: [(container) => container.register(StateBackend, { useValue: disk })] });
    disk.crashAfter(4);
    await expect(flujo().run(1, { runId: "r" })).rejects.toMatchObject({ code: "state" });
    disk.crashAfter(Infinity);
    const result = await flujo().resume("r");
    expect(Object.entries(unwrap(result) as object)).toEqual([[name, 1]]);
    expect(result.steps.map((done) => done.name)).toEqual([name, name, "way", name, "both"]);
  },
);

describe("the context", () => {
  interface Notes {
    list: string[];
    count: number;
    on: boolean;
    gone?: string;
  }
  const s = steps<Notes>();

  test("is taken from one iteration to the next as it was left: nothing is merged", async () => {
    const body = s.step("body", (n: number, { context, update }) => {
      expect(context).toEqual(
        n === 0
          ? { list: ["a", "b"], count: 5, on: true, gone: "x" }
          : { list: [..."b", ..."t".repeat(n)], count: 5 - n, on: false },
      );
      update((draft) => {
        if (n === 0) draft.list.shift();
        draft.list.push("t");
        draft.count--;
        draft.on = false;
        delete draft.gone;
      });
      return n + 1;
    });
    await using flujo = new Flujo(loop("all", { body, until: (n) => n === 4, maxIterations: 4 }), {
      context: { list: ["a", "b"], count: 5, on: true, gone: "x" },
    });
    expect((await flujo.run(0)).context).toStrictEqual({ list: ["b", "t", "t", "t", "t"], count: 1, on: false });
  });

  test("is left as it was by a change that throws half-way, also if the step goes on", async () => {
    const careless = s.step("careless", (_: number, { update, context }) => {
      expect(() => {
        update((draft) => {
          draft.count = 9;
          throw new Error("half-way");
        });
      }).toThrow("half-way");
      return context.count;
    });
    await using flujo = new Flujo(careless, { context: { list: [], count: 1, on: true } });
    expect(await flujo.run(1)).toMatchObject({ status: "completed", output: 1, context: { count: 1 } });
  });
});

test("what parallel branches give is in declared order, whoever finishes first", async () => {
  const slow = step("slow", async (n: number) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return n;
  });
  await using flujo = new Flujo(parallel("all", { slow, fast: same() }));
  expect(Object.keys(unwrap(await flujo.run(1)))).toEqual(["slow", "fast"]);
});

describe("runs of one runner at the same time", () => {
  test("have attempts, feedback, context and events of their own", async () => {
    const s = steps<{ seen: unknown[] }>();
    const tries = s
      .step("tries", async (n: number, { attempt, feedback, update }) => {
        update((draft) => draft.seen.push(n, attempt, feedback));
        await new Promise((resolve) => setTimeout(resolve, n % 3));
        return n * 10 + attempt;
      })
      .withValidators({
        name: "v",
        validate: (output, { input }) => output % 10 > (input as number) || `${output} of ${input}`,
      })
      .withRetry({ maxAttempts: 5, initialDelayMs: 0 });
    const events = new Map<string, RunEvent[]>();
    const telemetry: Telemetry = {
      onEvent: (event) => {
        events.set(event.runId, [...(events.get(event.runId) ?? []), event]);
      },
    };
    await using flujo = new Flujo(tries, {
      context: { seen: [] },
      modules: [(container) => container.register(Telemetry, { useValue: telemetry })],
    });
    const inputs = [0, 1, 2, 3, 0, 1, 2, 3];
    const results = await Promise.all(inputs.map((n, index) => flujo.run(n, { runId: `run ${index}` })));
    for (const [index, n] of inputs.entries()) {
      const feedback = n === 0 ? undefined : `${n * 10 + n} of ${n}`;
      expect(results[index]).toMatchObject({ output: n * 10 + n + 1, context: { seen: [n, n + 1, feedback] } });
      const own = events.get(`run ${index}`) as RunEvent[];
      expect(own.map(({ type }) => type)).toEqual([
        "run-start",
        "step-start",
        ...Array.from({ length: n }, () => "step-retry"),
        "step-end",
        "run-end",
      ]);
      expect(own.map(({ seq }) => seq)).toEqual(own.map((_, at) => at + 1));
    }
  });
});

test("an idempotency key is the same in every attempt and after a crash, and another for every other node and run", async () => {
  const disk = new CrashingBackend();
  const keys = new Map<string, Set<string>>();
  const call = step("call", (n: number, { runId, path, attempt, idempotencyKey }) => {
    const known = keys.get(`${runId} ${path}`) ?? new Set();
    keys.set(`${runId} ${path}`, known.add(idempotencyKey));
    if (attempt === 1) throw new Error("once more");
    return n;
  }).withRetry({ maxAttempts: 2, initialDelayMs: 0 });
  const flujo = () =>
    new Flujo(map("all", call, { concurrency: 1 }), {
      modules: [(container) => container.register(StateBackend, { useValue: disk })],
    });
  for (const runId of ["one", "two"]) {
    disk.crashAfter(1);
    await expect(flujo().run([1, 2], { runId })).rejects.toMatchObject({ code: "state" });
    disk.crashAfter(Infinity);
    expect(unwrap(await flujo().resume(runId))).toEqual([1, 2]);
  }
  expect([...keys.values()].map(({ size }) => size)).toEqual([1, 1, 1, 1]);
  expect(new Set([...keys.values()].flatMap((known) => [...known])).size).toBe(4);
});

test("hooks that abort when a run is over do not hide what ended it", async () => {
  const abort = (): never => {
    throw new AbortRunError("too late");
  };
  const dear = step("dear", (n: number, { reportUsage }) => {
    reportUsage({ costUsd: 1 });
    return n;
  });
  await using flujo = new Flujo(dear, { budget: { costUsd: 0.5 }, hooks: [{ onStepEnd: abort, onRunEnd: abort }] });
  expect(await flujo.run(1, { runId: "r" })).toMatchObject({
    status: "failed",
    error: { code: "usage_limit_exceeded", steps: [{ path: "dear" }] },
  });
  expect((await flujo.state.getRun("r"))?.status).toBe("failed");
});

describe("a stream", () => {
  test("has every chunk, of any type as it was sent, also of a step that fails then", async () => {
    const chunks = [new Uint8Array([1, 2]), { delta: "a" }, "text", undefined, 0];
    const fails = step("fails", async (_: number, { emit }) => {
      for (const chunk of chunks) await emit(chunk);
      throw new Error("cut off");
    });
    await using flujo = new Flujo(fails);
    const seen: unknown[] = [];
    const ends: string[] = [];
    for await (const event of flujo.stream(1)) {
      if (event.type === "step-chunk") seen.push(event.chunk);
      if (event.type === "step-end" || event.type === "run-end") ends.push(`${event.type} ${event.status}`);
    }
    expect(seen).toEqual(chunks);
    expect(ends).toEqual(["step-end failed", "run-end failed"]);
  });

  test("shows nothing of inputs and outputs, unless it is told how much", async () => {
    const login = step("login", ({ password }: { password: string }) => ({ token: `t-${password}` }));
    const shown = async (capture?: (value: unknown, path: string) => unknown): Promise<string> => {
      await using flujo = new Flujo(login, capture === undefined ? {} : { capture });
      const events: RunEvent[] = [];
      for await (const event of flujo.stream({ password: "hunter2" })) events.push(event);
      return JSON.stringify(events, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    };
    expect(await shown()).not.toContain("hunter2");
    const redacted = await shown((value, path) => [path, JSON.stringify(value).replace("hunter2", "***")]);
    expect(redacted).not.toContain("hunter2");
    expect(redacted.match(/\*\*\*/g)).toHaveLength(2);
    expect(await shown((value) => value)).toContain("hunter2");
  });
});
