import { Flujo, unwrap } from "@flujo/core";
import { StateBackend } from "@flujo/core/protocols";
import {
  gather,
  human,
  nested,
  parallel,
  pick,
  pipeline,
  refineUntil,
  router,
  type Step,
  stateMachine,
  step,
  steps,
  tap,
  type Verdict,
} from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { CrashingBackend } from "./crashing-backend.ts";

async function run<Input, Output>(graph: Step<Input, Output>, input: Input) {
  await using flujo = new Flujo<Input, Output>(graph);
  return await flujo.run(input);
}

/** Runs to the end through as many processes as it takes, each dying after `writes` writes. */
async function runInPieces<Input, Output>(graph: Step<Input, Output>, input: Input, writes: number) {
  const disk = new CrashingBackend();
  for (;;) {
    disk.crashAfter(writes);
    const flujo = new Flujo<Input, Output>(graph, {
      modules: [(container) => container.register(StateBackend, { useValue: disk })],
    });
    try {
      return await flujo.run(input, { runId: "r" });
    } catch (error) {
      if ((error as { code?: string }).code !== "state") throw error;
    }
  }
}

describe("router", () => {
  const wait = (name: string, ms: number) =>
    step(name, async (n: number) => {
      await new Promise((resolve) => setTimeout(resolve, ms));
      return `${name} ${n}`;
    });
  const routes = { legal: wait("legal", 6), tone: wait("tone", 3), facts: wait("facts", 0) };

  test("runs the selected routes, and gives them in declared order", async () => {
    const team = router("team", { select: () => ["facts", "legal", "facts"] as const, routes });
    const result = await run(team, 1);
    expect(unwrap(result)).toEqual({ legal: "legal 1", facts: "facts 1" });
    expect(Object.keys(unwrap(result))).toEqual(["legal", "facts"]);
    expect(result.steps.map(({ path }) => path).sort()).toEqual(["team", "team[facts]/facts", "team[legal]/legal"]);
  });

  test("that selects nothing gives nothing", async () => {
    expect(unwrap(await run(router("team", { select: () => [], routes }), 1))).toEqual({});
  });

  test("that selects what is not there fails, naming what is", async () => {
    const team = router("team", { select: () => ["sales" as "legal"], routes });
    expect(await run(team, 1)).toMatchObject({
      status: "failed",
      error: { code: "no_such_case", key: "sales", cases: ["legal", "tone", "facts"] },
    });
  });

  test("is not asked again after a crash", async () => {
    let asked = 0;
    const team = router("team", { select: () => (asked++ === 0 ? (["tone"] as const) : (["legal"] as const)), routes });
    expect(unwrap(await runInPieces(team, 1, 1))).toEqual({ tone: "tone 1" });
    expect(asked).toBe(1);
  });
});

describe("state machine", () => {
  interface Draft {
    readonly text: string;
    readonly rounds: number;
  }
  const desk = stateMachine("desk", {
    start: "draft",
    states: {
      draft: step("write", (d: Draft) => ({ text: `${d.text}.`, rounds: d.rounds + 1 })),
      review: step("read", (d: Draft) => ({ ...d, ok: d.rounds >= 3 })),
      done: step("file", (d: Draft) => d.text),
    },
    next: { draft: "review", review: (reviewed) => (reviewed.ok ? "done" : "draft") },
    final: ["done"],
    maxHops: 20,
  });

  test("goes from state to state, each on what the last gave, to a final one", async () => {
    const result = await run(desk, { text: "x", rounds: 0 });
    expect(unwrap(result)).toBe("x...");
    expect(result.steps.map(({ path }) => path)).toEqual([
      "desk#1[draft]/write",
      "desk#2[review]/read",
      "desk#3[draft]/write",
      "desk#4[review]/read",
      "desk#5[draft]/write",
      "desk#6[review]/read",
      "desk#7[done]/file",
      "desk",
    ]);
  });

  test.each([1, 2, 3])("gives the same when each process dies after %i writes", async (writes) => {
    expect(unwrap(await runInPieces(desk, { text: "x", rounds: 0 }, writes))).toBe("x...");
  });

  test("ends with an error after its last hop", async () => {
    const endless = stateMachine("endless", {
      start: "a",
      states: { a: step("a", (n: number) => n), b: step("b", (n: number) => n) },
      next: { a: "a" },
      final: ["b"],
      maxHops: 3,
    });
    expect(await run(endless, 1)).toMatchObject({
      status: "failed",
      error: { code: "loop_exhausted", maxIterations: 3 },
    });
  });

  test("may wait for a person in a state", async () => {
    const ask = human("ask", { prompt: "ok?", schema: z.boolean() });
    const flow = stateMachine("flow", {
      start: "ask",
      states: { ask, yes: step("yes", (_: boolean) => "yes"), no: step("no", (_: boolean) => "no") },
      next: { ask: (ok) => (ok ? "yes" : "no") },
      final: ["yes", "no"],
      maxHops: 3,
    });
    await using flujo = new Flujo(flow);
    expect(await flujo.run(undefined as never, { runId: "r" })).toMatchObject({
      awaiting: [{ path: "flow#1[ask]/ask" }],
    });
    await expect(flujo.resume("r", { signals: { ask: "maybe" } })).rejects.toMatchObject({ code: "signal_refused" });
    expect(unwrap(await flujo.resume("r", { signals: { ask: true } }))).toBe("yes");
  });
});

describe("nested", () => {
  const outer = steps<{ words: string[]; total: number }>();
  const inner = steps<{ count: number }>();
  const countUp = inner.step("count", (text: string, { update }) => {
    update((draft) => {
      draft.count += text.length;
    });
    return text;
  });
  const start = { words: ["a"], total: 5 };

  test("gives its body a context of its own, and brings back what it is told to", async () => {
    const mapped = outer.nested("part", countUp, {
      into: ({ total }) => ({ count: total }),
      back: (draft, { count }) => {
        draft.total = count;
      },
    });
    await using flujo = new Flujo(mapped.pipe(step("end", (text: string) => text)), { context: start });
    expect((await flujo.run("four")).context).toEqual({ words: ["a"], total: 9 });
  });

  test("brings nothing back if it is not told to", async () => {
    const isolated = outer.nested("part", countUp, { into: () => ({ count: 0 }) });
    await using flujo = new Flujo(isolated, { context: start });
    expect((await flujo.run("four")).context).toEqual(start);
  });

  test("gives the same over crashes", async () => {
    const free = nested("part", countUp, { into: () => ({ count: 0 }) });
    expect(unwrap(await runInPieces(free, "four", 1))).toBe("four");
  });
});

describe("adapters", () => {
  const facts = parallel("facts", {
    title: step("title", (t: string) => t.slice(0, 2)),
    words: step("words", (t: string) => t.length),
  });

  test("tap looks and passes on, and waits for its look", async () => {
    const seen: string[] = [];
    const look = tap("look", async (text: string) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      seen.push(text);
    });
    expect(unwrap(await run(look, "x"))).toBe("x");
    expect(seen).toEqual(["x"]);
  });

  test("pick takes one property, gather some", async () => {
    expect(unwrap(await run(facts.pipe(pick("words")), "abc"))).toBe(3);
    expect(unwrap(await run(facts.pipe(gather(["title"])), "abc"))).toEqual({ title: "ab" });
  });
});

describe("refineUntil", () => {
  interface Attempt {
    readonly input: string;
    readonly feedback: string | undefined;
    readonly previous: string | undefined;
  }
  const generator = step("generator", ({ input, feedback, previous }: Attempt) =>
    previous === undefined ? input : `${previous}+${feedback}`,
  );
  const critic = (enough: number) =>
    step("critic", (text: string): Verdict<string> => ({ isComplete: text.length >= enough, feedback: "more" }));

  test("goes on until the critic is content, handing on what it said", async () => {
    const refine = refineUntil("refine", { generator, critic: critic(10), maxRefinements: 5 });
    expect(unwrap(await run(refine, "x"))).toEqual({ artifact: "x+more+more", isComplete: true, feedback: "more" });
  });

  test("gives the last artifact, and says that it is not complete, when it has to end", async () => {
    const refine = refineUntil("refine", { generator, critic: critic(99), maxRefinements: 2 });
    expect(unwrap(await run(refine, "x"))).toEqual({ artifact: "x+more", isComplete: false, feedback: "more" });
  });

  test("is an ordinary pipeline: two of them run side by side, and over crashes", async () => {
    const refine = refineUntil("refine", { generator, critic: critic(6), maxRefinements: 5 });
    expect(refine.validateGraph()).toEqual([]);
    const both = parallel("both", { a: refine, b: pipeline("b", refine) });
    const expected = { artifact: "x+more", isComplete: true, feedback: "more" };
    expect(unwrap(await run(both, "x"))).toEqual({ a: expected, b: expected });
    expect(unwrap(await runInPieces(both, "x", 3))).toEqual({ a: expected, b: expected });
  });
});
