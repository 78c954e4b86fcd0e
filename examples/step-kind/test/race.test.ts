import { Flujo, unwrap } from "@flujo/core";
import { GracefulDegradation } from "@flujo/core/protocols";
import { human, pipeline, type Step, step } from "@flujo/dsl";
import { race, stepKinds } from "@flujo/example-step-kind";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { Fates, type Notes, s } from "./waiting.ts";

const HOUR = 3_600_000;

function runner<Output>(graph: Step<number, Output, Notes>) {
  return new Flujo(graph, { modules: [stepKinds()], context: { notes: [] } });
}

async function run<Output>(graph: Step<number, Output, Notes>) {
  await using flujo = runner(graph);
  return await flujo.run(1);
}

describe("race", () => {
  test("gives what the first to complete gives, aborts the others, and keeps only the winner's context changes", async () => {
    const fates = new Fates();
    const result = await run(race("first", { slow: fates.waits("slow", HOUR), fast: fates.waits("fast", 5) }));
    expect(unwrap(result)).toBe("fast");
    expect(result.context).toEqual({ notes: ["fast"] });
    expect(fates.list).toEqual(["fast done", "slow aborted"]);
    expect(result.steps.map(({ path }) => path)).toEqual(["first[fast]/fast", "first"]);
  });

  test("begins a branch only once the one before has failed, where there is too much to do to speculate", async () => {
    const fates = new Fates();
    const branches = {
      bad: fates.waits("bad", 0, new Error("no")),
      good: fates.waits("good", 5),
      spare: fates.waits("spare", 0),
    };
    await using flujo = runner(race("first", branches));
    flujo.container.resolve<GracefulDegradation>(GracefulDegradation).force("moderate");
    expect(unwrap(await flujo.run(1))).toBe("good");
    expect(fates.list).toEqual(["bad failed", "good done"]);
  });

  test("goes on when a branch fails, as long as another may complete", async () => {
    const fates = new Fates();
    const branches = { bad: fates.waits("bad", 0, new Error("no")), good: fates.waits("good", 5) };
    const result = await run(race("first", branches));
    expect(unwrap(result)).toBe("good");
    expect(result.context).toEqual({ notes: ["good"] });
  });

  test("fails once all have failed, and can then be tried again", async () => {
    const fates = new Fates();
    const branches = { a: fates.waits("a", 0, new Error("no a")), b: fates.waits("b", 5, new Error("no b")) };
    expect(await run(race("first", branches).withRetry({ maxAttempts: 2, initialDelayMs: 0 }))).toMatchObject({
      status: "failed",
      error: { code: "example_quorum", path: "first", retryable: true, cause: { message: "no b" } },
    });
    expect(fates.list).toEqual(["a failed", "b failed", "a failed", "b failed"]);
  });

  test("waits for a person if that is all that is left, and takes the answer", async () => {
    const ask = human("ask", { prompt: "who?", schema: z.string() });
    const fates = new Fates();
    await using flujo = runner(race("first", { ask, bad: fates.waits("bad", 0, new Error("no")) }));
    expect(await flujo.run(1, { runId: "r" })).toMatchObject({
      status: "paused",
      awaiting: [{ path: "first[ask]/ask" }],
    });
    expect(unwrap(await flujo.resume("r", { signals: { ask: "me" } }))).toBe("me");
    expect(fates.list).toEqual(["bad failed"]);
  });

  test("does without a person if another branch completes, and no longer asks", async () => {
    const ask = human("ask", { prompt: "who?", schema: z.string() });
    const fates = new Fates();
    const later = human("later", { prompt: "and now?", schema: z.string() });
    const graph = pipeline("p", race("first", { ask, machine: fates.waits("machine", 3) }), later);
    await using flujo = runner(graph);
    expect(await flujo.run(1)).toMatchObject({ status: "paused", awaiting: [{ path: "later" }] });
  });

  test("is over at its deadline, with nothing left running", async () => {
    const fates = new Fates();
    const result = await run(race("first", { a: fates.waits("a", HOUR), b: fates.waits("b", HOUR) }).withTimeout(10));
    expect(result).toMatchObject({ status: "failed", error: { code: "step_timeout" } });
    expect(fates.running).toBe(0);
  });

  test("is cancelled with the run, with nothing left running", async () => {
    const fates = new Fates();
    await using flujo = runner(race("first", { a: fates.waits("a", HOUR), b: fates.waits("b", HOUR) }));
    const handle = flujo.start(1);
    for await (const event of handle) if (event.type === "step-start" && event.name === "b") handle.cancel("enough");
    expect(await handle.result).toMatchObject({ status: "cancelled", reason: "enough" });
    expect(fates.list.sort()).toEqual(["a aborted", "b aborted"]);
    expect(fates.running).toBe(0);
  });

  test("stands in loops, maps, branches and other races, four deep", async () => {
    const fates = new Fates();
    const inner = race("inner", { slow: fates.waits("slow", HOUR), fast: fates.waits("fast", 1) });
    const chosen = s.branch("chosen", { on: () => "x" as const, cases: { x: inner } });
    const mapped = step("two", () => [1, 2]).pipe(s.map("each", chosen, { merge: "discard" }));
    const looped = s.loop("twice", {
      body: race("outer", { mapped, never: fates.waits("never", HOUR) }),
      until: (_output, { iteration }) => iteration === 2,
      next: () => 1,
      maxIterations: 2,
    });
    const result = await run(looped);
    expect(unwrap(result)).toEqual(["fast", "fast"]);
    expect(result.steps.map(({ path }) => path)).toContain("twice#2/outer[mapped]/each@1/chosen[x]/inner[fast]/fast");
    expect(fates.list.filter((fate) => fate === "fast done")).toHaveLength(4);
    expect(fates.list.filter((fate) => fate === "never aborted")).toHaveLength(2);
    expect(fates.running).toBe(0);
  });

  test("refuses what is not a step", () => {
    expect(() => race("first", { a: 1 as never })).toThrow('"a" of race "first" must be a step, but is 1');
  });
});
