import { Flujo, unwrap } from "@flujo/core";
import { type PluginOutcome, parallel, pipeline, type Step, step, steps, type ValidationPlugin } from "@flujo/dsl";
import { describe, expect, test } from "vitest";

async function run(graph: Step<number, number>, input = 1) {
  await using flujo = new Flujo(graph);
  return await flujo.run(input);
}

const double = step("double", (n: number) => n * 2);
const plugin = (
  name: string,
  validate: ValidationPlugin<number>["validate"],
  priority?: number,
): ValidationPlugin<number> => ({ name, validate, ...(priority === undefined ? {} : { priority }) });

describe("plugins", () => {
  test("that succeed let the output pass, or put another in its place, for the next to see", async () => {
    const seen: [string, number][] = [];
    const note = (name: string, outcome: PluginOutcome<number>, priority?: number) =>
      plugin(name, (output) => (seen.push([name, output]), outcome), priority);
    const graph = double.withPlugins(
      note("late", { success: true }, -1),
      note("mend", { success: false, feedback: "too small", newSolution: 100 }),
      note("then", { success: true, newSolution: 101 }),
      note("first", { success: true }, 5),
    );
    expect(unwrap(await run(graph))).toBe(101);
    expect(seen).toEqual([
      ["first", 2],
      ["mend", 2],
      ["then", 100],
      ["late", 101],
    ]);
  });

  test.each([undefined, null, 0, ""])("may put %s in the output's place", async (value) => {
    const graph = step("any", (): unknown => "x").withPlugins({
      name: "p",
      validate: () => ({ success: true, newSolution: value }),
    });
    await using flujo = new Flujo(graph);
    expect(unwrap(await flujo.run(1 as never))).toBe(value);
  });

  test("that refuse fail the attempt; the next one is told why, and each is paid for", async () => {
    const heard: (string | undefined)[] = [];
    const guess = step("guess", (_: number, { attempt, feedback, reportUsage }) => {
      heard.push(feedback);
      reportUsage({ costUsd: 0.1 });
      return attempt;
    });
    const big = plugin("big", (n) => (n < 3 ? { success: false, feedback: `${n} is too small` } : { success: true }));
    const result = await run(guess.withPlugins(big).withRetry({ maxAttempts: 5, initialDelayMs: 0 }));
    expect(result).toMatchObject({ status: "completed", output: 3, usage: { requests: 3, costUsd: 0.3 } });
    expect(heard).toEqual([undefined, "1 is too small", "2 is too small"]);
  });

  test("that refuse without a retry fail the step", async () => {
    const never = plugin("never", () => ({ success: false, feedback: "no good" }));
    expect(await run(double.withPlugins(never))).toMatchObject({
      status: "failed",
      error: { code: "plugin_rejected", category: "validation", path: "double", message: "no good", plugin: "never" },
    });
  });

  test("that throw fail the attempt", async () => {
    const broken = plugin("broken", () => {
      throw new TypeError("plugin bug");
    });
    expect(await run(double.withPlugins(broken))).toMatchObject({
      error: { code: "step_failed", message: "plugin bug" },
    });
  });

  test("look at what a pipeline gives too, and see the input and the context", async () => {
    const s = steps<{ least: number }>();
    const graph = pipeline(
      "p",
      s.step("work", (n: number) => n),
    ).withPlugins({
      name: "least",
      validate: (output, { context, input }) =>
        output >= context.least ? { success: true } : { success: true, newSolution: (input as number) + context.least },
    });
    await using flujo = new Flujo(graph, { context: { least: 10 } });
    expect(unwrap(await flujo.run(3))).toBe(13);
  });
});

describe("a redirect", () => {
  const away = (target: Step<number, number>) => plugin("away", () => ({ success: false, redirectTo: target }));

  test("hands the step's input to another step, whose outcome is the step's", async () => {
    const calls: number[] = [];
    const spare = step(
      "spare",
      (n: number, { path }) => (calls.push(n), path === "double!redirect/spare" ? n * 100 : 0),
    );
    const result = await run(double.withPlugins(away(spare)), 7);
    expect(result).toMatchObject({ status: "completed", output: 700 });
    expect(calls).toEqual([7]);
    expect(result.steps.map(({ path }) => path)).toEqual(["double!redirect/spare", "double"]);
  });

  test("may go on to further steps, and to the same step without its plugins", async () => {
    const last = step("last", (n: number) => n + 1);
    const middle = step("middle", (n: number) => n).withPlugins(away(last));
    expect(unwrap(await run(double.withPlugins(away(middle)), 7))).toBe(8);
    expect(unwrap(await run(double.withPlugins(away(double)), 7))).toBe(14);
  });

  test("that comes back to a step of its chain is a failure that names the chain", async () => {
    const targets: Step<number, number>[] = [];
    const back = plugin("back", () => ({ success: false, redirectTo: targets[0] as Step<number, number> }));
    const one = step("one", (n: number) => n).withPlugins(back);
    const two = step("two", (n: number) => n).withPlugins(away(one));
    targets.push(two);
    expect(await run(two)).toMatchObject({
      status: "failed",
      error: { code: "redirect_loop", chain: ["two", "one", "two"] },
    });
  });

  test("to cached steps of one name from different steps never takes one's outcome for the other's", async () => {
    const cached = (add: number) => step("spare", (n: number) => n + add).withCache();
    const one = step("one", (n: number) => n).withPlugins(away(cached(10)));
    const two = step("two", (n: number) => n).withPlugins(away(cached(20)));
    await using flujo = new Flujo(parallel("both", { one, two }));
    expect(unwrap(await flujo.run(1))).toEqual({ one: 11, two: 21 });
  });

  test("that fails fails the attempt, which the step's own retry sees", async () => {
    let calls = 0;
    const flaky = step("flaky", (n: number) => {
      if (++calls < 2) throw new Error("once");
      return n;
    });
    expect(unwrap(await run(double.withPlugins(away(flaky)).withRetry({ initialDelayMs: 0 }), 5))).toBe(5);
    expect(calls).toBe(2);
  });
});
