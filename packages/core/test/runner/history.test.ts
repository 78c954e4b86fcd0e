import { once } from "node:events";
import { Flujo, type FlujoOptions, type RunHandle, unwrap } from "@flujo/core";
import { StateBackend } from "@flujo/core/protocols";
import { branch, human, loop, map, parallel, pipeline, type Step, step, steps } from "@flujo/dsl";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { build, shape } from "../execution/random-pipeline.ts";

/** A pipeline that takes down what of it really ran. */
function article() {
  const s = steps<{ tone: string; seen: string[] }>();
  const ran: string[] = [];
  const note = (name: string, work: (text: string, tone: string) => string) =>
    s.step(name, (text: string, { context, update, reportUsage }) => {
      ran.push(name);
      update((draft) => draft.seen.push(name));
      reportUsage({ costPico: 1n });
      return work(text, context.tone);
    });
  const graph = pipeline(
    "article",
    note("fetch", (text) => `${text}!`),
    note("refine", (text, tone) => `${tone} ${text}`),
    note("publish", (text) => text.toUpperCase()),
  );
  return { graph, ran, options: { context: { tone: "dry", seen: [] } } };
}

describe("a fork", () => {
  test("shares what settled before a step, and runs what comes from there on with a context of its own", async () => {
    const { graph, ran, options } = article();
    await using flujo = new Flujo(graph, options);
    await flujo.run("page", { runId: "a", tags: { team: "docs" } });
    ran.length = 0;
    const forked = await flujo.fork("a", { from: "refine", context: { tone: "warm" }, runId: "b" });
    expect(forked).toMatchObject({
      runId: "b",
      status: "completed",
      output: "WARM PAGE!",
      context: { tone: "warm", seen: ["fetch", "refine", "publish"] },
      usage: { costPico: 3n },
    });
    expect(ran).toEqual(["refine", "publish"]);
    expect(forked.steps.map(({ path }) => path)).toEqual(["fetch", "refine", "publish"]);
    expect((await flujo.state.getRun("b"))?.tags).toEqual({ team: "docs" });
    // The run that it was forked from is as it was.
    expect(await flujo.resume("a")).toMatchObject({ output: "DRY PAGE!", context: { tone: "dry" } });
  });

  test("tries again what failed for good", async () => {
    let down = true;
    const graph = pipeline(
      "p",
      step("first", (n: number) => n + 1),
      step("second", (n: number) => {
        if (down) throw new Error("down");
        return n * 10;
      }),
    );
    await using flujo = new Flujo(graph);
    expect((await flujo.run(1, { runId: "a" })).status).toBe("failed");
    down = false;
    expect(unwrap(await flujo.fork("a", { from: "second" }))).toBe(20);
  });

  test("goes on by itself after an interruption, its context changes included, and can be forked again", async () => {
    const { graph, options } = article();
    await using flujo = new Flujo(graph, options);
    await flujo.run("page", { runId: "a" });
    const state: StateBackend = flujo.state;
    const modules: FlujoOptions<unknown>["modules"] = [(c) => c.register(StateBackend, { useValue: state })];
    let stop = (): void => undefined;
    await using other = new Flujo(graph, {
      ...options,
      modules,
      hooks: [{ onStepEnd: ({ path }) => (path === "refine" ? stop() : undefined) }],
    });
    const handle = other.startFork("a", { from: "refine", context: { tone: "warm" }, runId: "b" });
    stop = () => handle.interrupt();
    await expect(handle.result).rejects.toMatchObject({ code: "run_interrupted" });
    expect(await flujo.resume("b")).toMatchObject({ output: "WARM PAGE!", context: { tone: "warm" } });
    // What was changed where the first was forked is as it was; what is changed now, on top of it.
    const again = await flujo.fork("b", { from: "publish", context: { seen: ["anew"] } });
    expect(again).toMatchObject({ output: "WARM PAGE!", context: { tone: "warm", seen: ["anew", "publish"] } });
    expect(unwrap(await flujo.fork("b", { from: "refine" }))).toBe("DRY PAGE!");
  });

  test("from inside a loop, a branch or a map runs what is around it again, and nothing that settled before", async () => {
    const ran: string[] = [];
    const leaf = step("leaf", (n: number, { path }) => {
      ran.push(path);
      return n + 1;
    });
    const graph = pipeline(
      "p",
      loop("again", { body: leaf, until: (_, { iteration }) => iteration === 3, maxIterations: 3 }),
      step("list", (n: number) => [n, n]),
      map("all", branch("way", { on: () => "x" as const, cases: { x: leaf } }), { concurrency: 1 }),
    );
    await using flujo = new Flujo(graph);
    const { steps: before } = await flujo.run(0, { runId: "a" });
    ran.length = 0;
    const forked = await flujo.fork("a", { from: "again#2/leaf" });
    expect(unwrap(forked)).toEqual([4, 4]);
    expect(ran).toEqual(["again#2/leaf", "again#3/leaf", "all@0/way[x]/leaf", "all@1/way[x]/leaf"]);
    expect(forked.steps.map(({ path }) => path)).toEqual(before.map(({ path }) => path));
    ran.length = 0;
    await flujo.fork("a", { from: "all@1/way[x]/leaf" });
    expect(ran).toEqual(["all@1/way[x]/leaf"]);
  });

  test("from an iteration, an item or a branch has its context from the first step in it", async () => {
    const s = steps<{ tone: string }>();
    const toned = s.step("toned", (texts: readonly string[], { context }) => [...texts, context.tone]);
    const graph = pipeline(
      "p",
      loop("again", {
        body: pipeline("twice", toned, toned),
        until: (_, { iteration }) => iteration === 2,
        maxIterations: 2,
      }),
      map(
        "all",
        branch("way", {
          on: () => "x" as const,
          cases: { x: s.step("leaf", (text: string, { context }) => `${text} ${context.tone}`) },
        }),
        {
          concurrency: 1,
        },
      ),
    );
    await using flujo = new Flujo(graph, { context: { tone: "dry" } });
    await flujo.run([], { runId: "a" });
    const fork = async (from: string) => unwrap(await flujo.fork("a", { from, context: { tone: "warm" } }));
    expect(await fork("again#2")).toEqual(["dry warm", "dry warm", "warm warm", "warm warm"]);
    expect(await fork("all@3")).toEqual(["dry dry", "dry dry", "dry dry", "dry warm"]);
    expect(await fork("all@2/way[x]")).toEqual(["dry dry", "dry dry", "dry warm", "dry dry"]);
    await expect(fork("again#3")).rejects.toThrow("a step that the run was at");
    await expect(fork("all@4/way")).rejects.toThrow("a step that the run was at");
    await expect(fork("all@2/way[y]")).rejects.toThrow("a step that the run was at");
  });

  test("from a step that was at work when the run was cancelled does it, and what comes after it", async () => {
    let isSlow = true;
    const graph = pipeline(
      "p",
      step("first", (n: number) => n + 1),
      step("slow", async (n: number, { signal }) => {
        if (isSlow) await once(signal, "abort");
        return n * 10;
      }),
    );
    await using flujo = new Flujo(graph, {
      hooks: [{ onStepStart: ({ path }) => (path === "slow" ? stop() : undefined) }],
    });
    const handle = flujo.start(1, { runId: "a" });
    const stop = (): void => handle.cancel();
    expect((await handle.result).status).toBe("cancelled");
    isSlow = false;
    expect(unwrap(await flujo.fork("a", { from: "slow" }))).toBe(20);
  });

  test("is refused for a step that the run was not at, for a taken id, and for a run that is not there", async () => {
    const { graph, options } = article();
    await using flujo = new Flujo(graph, options);
    await flujo.run("page", { runId: "a" });
    await expect(flujo.fork("a", { from: "publsih" })).rejects.toThrow('such as "fetch", "refine", "publish"');
    await expect(flujo.fork("a", { from: "fetch", runId: "a" })).rejects.toMatchObject({ code: "run_conflict" });
    await expect(flujo.fork("nobody", { from: "fetch" })).rejects.toMatchObject({ code: "run_not_found" });
    await expect(flujo.fork("a", { from: "fetch", context: [] as never })).rejects.toMatchObject({
      code: "invalid_option",
    });
  });
});

describe("a replay", () => {
  test("of any run finds no divergence, and runs nothing", async () => {
    await fc.assert(
      fc.asyncProperty(shape, async (x) => {
        let worked = 0;
        await using flujo = new Flujo(build(x, () => void worked++));
        await flujo.run(1, { runId: "r" });
        const before = worked;
        expect(await flujo.replay("r")).toEqual({ diverged: false });
        expect(worked).toBe(before);
      }),
      { numRuns: 60 },
    );
  });

  test("tells where a decision would be another now", async () => {
    let warm = false;
    const graph = branch("way", {
      on: (): "a" | "b" => (warm ? "b" : "a"),
      cases: { a: step("a", (n: number) => n), b: step("b", (n: number) => n * 2) },
    });
    await using flujo = new Flujo(graph);
    await flujo.run(1, { runId: "r" });
    warm = true;
    expect(await flujo.replay("r")).toEqual({
      diverged: true,
      path: "way:on",
      what: "outcome",
      recorded: "a",
      replayed: "b",
    });
  });

  test("tells of a context that comes together otherwise", async () => {
    const s = steps<{ sum: number }>();
    const add = (n: number) =>
      s.step(`add${n}`, (_: null, { update }) =>
        update((draft) => {
          draft.sum += n;
        }),
      );
    let factor = 1;
    const graph = s.parallel(
      "side",
      { a: add(1), b: add(2) },
      { merge: (_, { a, b }) => ({ sum: factor * ((a?.sum ?? 0) + (b?.sum ?? 0)) }) },
    );
    await using flujo = new Flujo(pipeline("p", graph), { context: { sum: 0 } });
    expect((await flujo.run(null, { runId: "r" })).context).toEqual({ sum: 3 });
    factor = 2;
    expect(await flujo.replay("r")).toMatchObject({ diverged: true, path: "side", what: "context" });
  });

  test("goes as far as a run that is not over has come", async () => {
    const ask = human("ask", { prompt: "?", schema: z.number() });
    await using flujo = new Flujo(pipeline("p", step("one", (n: number) => n) as Step<number, number>, ask));
    await flujo.run(1, { runId: "r" });
    expect(await flujo.replay("r")).toEqual({ diverged: false });
    await flujo.resume("r", { signals: { ask: 3 } });
    expect(await flujo.replay("r")).toEqual({ diverged: false });
  });

  test("of a run that failed, fell back or was tried again walks the same way", async () => {
    const broken = step("broken", (_: number): number => {
      throw new Error("no");
    });
    const graph = parallel(
      "side",
      {
        again: pipeline("again", broken).withRetry({ maxAttempts: 2, initialDelayMs: 0 }).withFallbackValue(1),
        aside: broken.withFallback(step("spare", (n: number) => n)),
        plain: broken,
      },
      { onFailure: "collect" },
    );
    await using flujo = new Flujo(
      pipeline(
        "p",
        graph,
        step("end", (): number => {
          throw new Error("in the end");
        }),
      ),
    );
    expect((await flujo.run(1, { runId: "r" })).status).toBe("failed");
    expect(await flujo.replay("r")).toEqual({ diverged: false });
  });
});

test("a diff tells what two runs came to, step by step, in time and money", async () => {
  const { graph, options } = article();
  await using flujo = new Flujo(graph, options);
  await flujo.run("page", { runId: "a" });
  await flujo.fork("a", { from: "refine", context: { tone: "warm" }, runId: "b" });
  const diff = await flujo.diff("a", "b");
  expect(diff).toMatchObject({
    same: false,
    status: ["completed", "completed"],
    output: ["DRY PAGE!", "WARM PAGE!"],
    usage: [{ costPico: 3n }, { costPico: 3n }],
  });
  expect(diff.steps.map(({ path, change, output }) => [path, change, output])).toEqual([
    ["fetch", "same", undefined],
    ["refine", "changed", ["dry page!", "warm page!"]],
    ["publish", "changed", ["DRY PAGE!", "WARM PAGE!"]],
  ]);
  expect((await flujo.diff("a", "a")).same).toBe(true);
});

test("a signal is stored by its token, and the run goes on with it", async () => {
  const ask = (name: string) => human(name, { prompt: `${name}?`, schema: z.number() });
  await using flujo = new Flujo(parallel("side", { a: ask("ask"), b: ask("ask") }));
  const paused = await flujo.run(0, { runId: "r" });
  if (paused.status !== "paused") throw new Error("it should be paused");
  const [first, second] = paused.awaiting;
  await flujo.signal("r", { token: second?.token ?? "", value: 2 });
  await expect(flujo.signal("r", { token: first?.token ?? "", value: "one" })).rejects.toMatchObject({
    code: "signal_refused",
  });
  await flujo.signal("r", { token: first?.token ?? "", value: 1 });
  expect(unwrap(await flujo.resume("r"))).toEqual({ a: 1, b: 2 });
});

test("runs that failed for different reasons differ, and so do their steps", async () => {
  const broken = step("broken", (reason: string): string => {
    throw new Error(reason);
  }).withFallback(
    step("end", (reason: string): string => {
      throw new Error(`${reason}, in the end`);
    }),
  );
  await using flujo = new Flujo(broken);
  for (const [runId, reason] of [
    ["a", "down"],
    ["b", "late"],
    ["c", "down"],
  ] as const)
    await flujo.run(reason, { runId });
  expect(await flujo.diff("a", "b")).toMatchObject({ same: false, status: ["failed", "failed"] });
  expect((await flujo.diff("a", "b")).steps.map(({ change }) => change)).not.toContain("same");
  expect(await flujo.diff("a", "c")).toMatchObject({ same: true });
});

test("a run whose answer was stored by somebody who died then goes on, run again by its id or found by recover", async () => {
  const graph = human("ask", { prompt: "?", schema: z.number() });
  await using flujo = new Flujo(graph);
  for (const runId of ["again", "found"]) {
    const paused = await flujo.run(0, { runId });
    if (paused.status !== "paused") throw new Error("it should be paused");
    expect((await flujo.run(0, { runId })).status).toBe("paused");
    await flujo.signal(runId, { token: paused.awaiting[0]?.token ?? "", value: 5 });
  }
  expect(unwrap(await flujo.run(0, { runId: "again" }))).toBe(5);
  const [handle, ...others] = await flujo.recover();
  expect(others).toEqual([]);
  expect(unwrap(await (handle as RunHandle<number>).result)).toBe(5);
});
