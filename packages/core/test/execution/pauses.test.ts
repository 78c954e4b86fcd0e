import { Flujo, unwrap } from "@flujo/core";
import { type FlujoModule, StateBackend } from "@flujo/core/protocols";
import { human, loop, map, nested, parallel, pipeline, router, type Step, step, steps } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { CrashingBackend } from "./crashing-backend.ts";

const ask = (name = "ask") => human(name, { prompt: (n: number) => `${n}?`, schema: z.number() });

/** Fails where its path is in a composite's first attempt. */
const failsFirst = (name = "flaky") =>
  step(name, (n: number, { path }) => {
    if (!path.includes("!2")) throw new Error("first attempt");
    return n;
  });

async function paths(flujo: Flujo<number, unknown>): Promise<readonly string[]> {
  const record = await flujo.state.getRun("r");
  return (record?.awaiting ?? []).map(({ path }) => path);
}

describe("a question", () => {
  test("of a failed attempt is not asked any more in the next one", async () => {
    const both = parallel("both", { ask: ask(), flaky: failsFirst() }).withRetry({ initialDelayMs: 0 });
    await using flujo = new Flujo<number, unknown>(both);
    await flujo.run(1, { runId: "r" });
    expect(await paths(flujo)).toEqual(["both!2[ask]/ask"]);
    expect(unwrap(await flujo.resume("r", { signals: { ask: 5 } }))).toEqual({ ask: 5, flaky: 1 });
  });

  test("of a step that gave way to its fallback is not asked any more", async () => {
    const broken = step("broken", (): number => {
      throw new Error("no");
    });
    const guarded = parallel("both", { ask: ask(), broken }).withFallback(
      pipeline(
        "spare",
        ask("spareAsk"),
        step("wrap", (n: number) => ({ ask: n, broken: n })),
      ),
    );
    await using flujo = new Flujo<number, unknown>(guarded);
    await flujo.run(1, { runId: "r" });
    expect(await paths(flujo)).toEqual(["both!fallback/spare/spareAsk"]);
    expect(unwrap(await flujo.resume("r", { signals: { spareAsk: 2 } }))).toEqual({ ask: 2, broken: 2 });
  });

  test("of one branch is still asked when another branch gives up its own", async () => {
    const dropped = parallel("a", { ask: ask("inner"), flaky: failsFirst() }).withFallbackValue({
      inner: 0,
      flaky: 0,
    } as never);
    await using flujo = new Flujo<number, unknown>(
      parallel("sides", { y: ask("ab"), x: dropped }, { onFailure: "collect" }),
    );
    await flujo.run(1, { runId: "r" });
    expect(await paths(flujo)).toEqual(["sides[y]/ab"]);
  });

  test("in the second attempt at the outermost pipeline refuses a wrong answer too", async () => {
    const whole = pipeline("whole", failsFirst(), ask()).withRetry({ initialDelayMs: 0 });
    await using flujo = new Flujo<number, unknown>(whole);
    await flujo.run(1, { runId: "r" });
    expect(await paths(flujo)).toEqual(["!2/ask"]);
    await expect(flujo.resume("r", { signals: { ask: "wrong" } })).rejects.toMatchObject({ code: "signal_refused" });
    expect(unwrap(await flujo.resume("r", { signals: { ask: 3 } }))).toBe(3);
  });

  test("in a retried loop is answered where it was asked, and the work before it is done once", async () => {
    let calls = 0;
    const work = step("work", (n: number) => (calls++, n + 1));
    const again = loop("again", {
      body: pipeline("turn", work, failsFirst(), ask()),
      until: (n) => n > 10,
      maxIterations: 3,
    }).withRetry({ initialDelayMs: 0 });
    await using flujo = new Flujo<number, unknown>(again);
    await flujo.run(1, { runId: "r" });
    expect(await paths(flujo)).toEqual(["again!2#1/turn/ask"]);
    await flujo.resume("r", { signals: { ask: 4 } });
    expect(await paths(flujo)).toEqual(["again!2#2/turn/ask"]);
    expect(unwrap(await flujo.resume("r", { signals: { ask: 11 } }))).toBe(11);
    expect(calls).toBe(3); // one in the failed attempt, one in each iteration of the second
  });

  test("under a deadline pauses the run, and its answer may come later than the deadline", async () => {
    const due = pipeline(
      "due",
      ask(),
      step("after", (n: number) => n + 1),
    ).withTimeout(20);
    await using flujo = new Flujo<number, unknown>(due);
    await flujo.run(1, { runId: "r" });
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(unwrap(await flujo.resume("r", { signals: { ask: 1 } }))).toBe(2);
  });
});

describe("context changes around a pause", () => {
  const s = steps<{ seen: string[] }>();
  const note = (name: string) =>
    s.step(name, (n: number, { update }) => {
      update((draft) => draft.seen.push(name));
      return n;
    });
  const shapes: Record<string, Step<number, unknown, { seen: string[] }>> = {
    sequence: note("a").pipe(ask()).pipe(note("b")),
    collect: s
      .parallel(
        "all",
        {
          asks: note("a").pipe(ask()),
          fails: step("bad", (_: number): number => {
            throw new Error("no");
          }),
        },
        { onFailure: "collect" },
      )
      .pipe(step("one", () => 1))
      .pipe(note("b")),
    map: step("list", (n: number) => [n]).pipe(s.map("each", note("a").pipe(ask()).pipe(note("b")))),
    router: s.router("team", {
      select: () => ["x"] as const,
      routes: { x: note("a").pipe(ask()).pipe(note("b")), y: note("y") },
    }),
    stateMachine: s.stateMachine("desk", {
      start: "first",
      states: { first: note("a").pipe(ask()), last: note("b") },
      next: { first: () => "last" as const },
      final: ["last"],
      maxHops: 3,
    }),
    nested: s.nested("part", note("a").pipe(ask()).pipe(note("b")), {
      into: ({ seen }) => ({ seen: [...seen] }),
      back: (draft, { seen }) => {
        draft.seen = [...seen];
      },
    }),
    retried: pipeline("again", note("a"), failsFirst(), ask(), note("b")).withRetry({ initialDelayMs: 0 }),
  };

  test.each(Object.entries(shapes))("are each there once in the end: %s", async (_name, shape) => {
    await using flujo = new Flujo(shape, { context: { seen: ["start"] } });
    expect(await flujo.run(1, { runId: "r" })).toMatchObject({ status: "paused" });
    expect(await flujo.resume("r")).toMatchObject({ status: "paused" });
    const result = await flujo.resume("r", { signals: { ask: 7 } });
    expect(result).toMatchObject({ status: "completed", context: { seen: ["start", "a", "b"] } });
  });

  test("a nested context is made once, however often the run is resumed", async () => {
    let made = 0;
    const part = nested("part", ask(), { into: () => ({ number: ++made }) });
    await using flujo = new Flujo<number, unknown>(part);
    await flujo.run(1, { runId: "r" });
    await flujo.resume("r");
    await flujo.resume("r", { signals: { ask: 7 } });
    expect(made).toBe(1);
  });

  test("many pauses of a collecting map: failed items stay failed, and each runs once", async () => {
    const calls: number[] = [];
    const item = step("look", (n: number) => {
      calls.push(n);
      if (n === 2) throw new Error("two");
      return n;
    }).pipe(ask());
    const each = map("each", item, { onFailure: "collect", concurrency: 1 });
    await using flujo = new Flujo(each);
    expect(await flujo.run([1, 2, 3], { runId: "r" })).toMatchObject({ status: "paused" });
    await flujo.resume("r", { signals: { "each@2/ask": 30 } });
    expect(unwrap(await flujo.resume("r", { signals: { ask: 10 } }))).toMatchObject([
      { status: "fulfilled", value: 10 },
      { status: "rejected", reason: { message: "two" } },
      { status: "fulfilled", value: 30 },
    ]);
    expect(calls).toEqual([1, 2, 3]);
  });

  test("a router's selection stands over a pause", async () => {
    let asked = 0;
    const team = router("team", {
      select: () => (asked++ === 0 ? ["x"] : ["y"]),
      routes: { x: ask("x"), y: ask("y") },
    });
    await using flujo = new Flujo<number, unknown>(team);
    await flujo.run(1, { runId: "r" });
    expect(unwrap(await flujo.resume("r", { signals: { x: 1 } }))).toEqual({ x: 1 });
  });
});

describe("pauses in what is tried again", () => {
  test("items of a map each ask in their second attempt, and are answered one after another", async () => {
    const body = pipeline("body", failsFirst(), ask()).withRetry({ initialDelayMs: 0 });
    await using flujo = new Flujo(map("each", body, { concurrency: 2 }));
    const paused = await flujo.run([1, 2], { runId: "r" });
    if (paused.status !== "paused") throw new Error("should pause");
    expect(paused.awaiting.map(({ path }) => path)).toEqual(["each@0/body!2/ask", "each@1/body!2/ask"]);
    const [first, second] = paused.awaiting.map(({ token }) => token) as [string, string];
    expect(await flujo.resume("r", { signals: { [second]: 20 } })).toMatchObject({ status: "paused" });
    expect(unwrap(await flujo.resume("r", { signals: { [first]: 10 } }))).toEqual([10, 20]);
  });

  test.each([1, 2, 3, 5])("use the same, and give the same, when each process dies after %i writes", async (writes) => {
    const paid = (name: string, failures: number) =>
      step(name, (n: number, { attempt, reportUsage }) => {
        reportUsage({ inputTokens: 1, outputTokens: 1 });
        if (attempt <= failures) throw new Error("not yet");
        return n;
      }).withRetry({ maxAttempts: 3, initialDelayMs: 0 });
    const turn = pipeline("turn", paid("write", 1), failsFirst(), ask()).withRetry({ initialDelayMs: 0 });
    const graph = pipeline(
      "job",
      turn,
      step("two", (n: number) => [n, n]),
      map("each", paid("read", 2)),
    );
    const disk = new CrashingBackend();
    for (let processes = 1; ; processes++) {
      expect(processes).toBeLessThan(60);
      disk.crashAfter(writes);
      const modules = [crashing(disk)];
      const paused = (await disk.getRun("r"))?.status === "paused";
      const unanswered = (await disk.readSignals("r")).length === 0;
      const flujo = new Flujo(graph, { modules });
      try {
        const result = paused
          ? await flujo.resume("r", unanswered ? { signals: { ask: 5 } } : {})
          : await flujo.run(1, { runId: "r" });
        if (result.status === "paused") continue;
        // Two calls in each of two attempts at the turn, three for each of two items.
        expect(result).toMatchObject({ status: "completed", output: [5, 5], usage: { requests: 10 } });
        return;
      } catch (error) {
        if ((error as { code?: string }).code !== "state") throw error;
      }
    }
  });
});

function crashing(disk: CrashingBackend): FlujoModule {
  return (container) => {
    container.register(StateBackend, { useValue: disk });
  };
}
