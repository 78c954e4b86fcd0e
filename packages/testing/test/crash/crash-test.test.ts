import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileStateBackend, MemoryStateBackend } from "@flujo/core";
import type { StateBackend } from "@flujo/core/protocols";
import { human, parallel, pipeline, type Step, step, steps } from "@flujo/dsl";
import { CrashTestError, type CrashTestOptions, crashTest, demandingProgram, type Effects } from "@flujo/testing/crash";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";

const { pipeline: demanding, open: _, ...demands } = demandingProgram(() => new MemoryStateBackend());

const add = step("add", (value: number) => value + 1);

const approval = z.object({ right: z.boolean() });

/** Some steps with effects, context and failures, and a question. */
function small(effects: Effects): Step<number, number, { seen: number[] }> {
  const s = steps<{ seen: number[] }>();
  const see = s
    .step("see", (value: number, scope) => {
      effects.record(scope);
      if (scope.attempt === 1) throw new Error("not yet");
      scope.update((draft) => draft.seen.push(value));
      return value + 1;
    })
    .withRetry({ maxAttempts: 2, initialDelayMs: 1 });
  const approve = human("approve", { prompt: "Right?", schema: approval });
  return see.pipe(approve).pipe(step("one", ({ right }: z.infer<typeof approval>) => (right ? 1 : 0))) as Step<
    number,
    number,
    { seen: number[] }
  >;
}

describe("A pipeline that holds what is promised", () => {
  test("comes to no harm: nested loops, maps, branches, retries, questions, budgets", async () => {
    const report = await crashTest(demanding, { ...demands, seed: 1, randomRuns: 10 });
    expect(report).toMatchObject({ pipeline: "demanding", seed: 1, findings: [] });
    // Each of its writes, before and after; and the random ones.
    expect(report.runs).toBeGreaterThan(250);
    expect(report.kills).toBeGreaterThan(report.runs);
  }, 180_000);

  test("is killed twice at each of its writes, and as often at random as is said", async () => {
    let writes = 0;
    const counting = (): StateBackend =>
      new Proxy(new MemoryStateBackend(), {
        get: (store, name) => {
          if (["createRun", "acquireLease", "appendEntries", "endRun", "putSignal"].includes(String(name))) writes++;
          const member: unknown = Reflect.get(store, name);
          return typeof member === "function" ? (member.bind(store) as unknown) : member;
        },
      });
    const twoSteps = pipeline("two", add, add);
    const report = await crashTest(twoSteps, { input: 1, randomRuns: 0, open: counting });
    // The run is created, leased, given an entry for each step, and ended.
    expect(report).toMatchObject({ runs: 10, kills: 10, findings: [] });
    expect(writes).toBeGreaterThan(10 * 5);
    const random = await crashTest(twoSteps, { input: 1, randomRuns: 7, seed: 3 });
    expect(random.runs).toBeGreaterThan(10);
    expect(random.runs).toBeLessThanOrEqual(17);
  });

  test("may be a step as it is, where it has no effects", async () => {
    expect(await crashTest(add, { input: 1, seed: 1 })).toMatchObject({ pipeline: "add", findings: [] });
  });

  test("may fail, if it fails alike each time", async () => {
    const fails = pipeline(
      "fails",
      add,
      step("fail", (value: number): number => {
        throw new RangeError(`${value} is too much`);
      }),
    );
    expect(await crashTest(fails, { input: 1, seed: 1 })).toMatchObject({ findings: [] });
  });

  test("may come to its budget", async () => {
    const spend = step("spend", (value: number, { reportUsage }) => {
      reportUsage({ costPico: 600_000_000_000n });
      return value;
    });
    const report = await crashTest(pipeline("spends", spend, add, spend, add), {
      input: 1,
      budget: { costUsd: 1 },
      seed: 1,
    });
    expect(report).toMatchObject({ findings: [] });
  });

  test("may wait for a deadline, and for answers by path, by name and by a function", async () => {
    const ask = (name: string): Step<number, z.infer<typeof approval>> =>
      human(name, { prompt: "Right?", schema: approval });
    const late = human<number, z.infer<typeof approval>>("late", {
      prompt: "Right?",
      schema: approval,
      deadlineMs: 20,
      onDeadline: { right: false },
    });
    const asked = pipeline("asked", parallel("all", { a: ask("a"), b: ask("b"), late }));
    const right = { right: true };
    expect(
      await crashTest(asked, { input: 1, answers: { "all[a]/a": right, b: right }, seed: 1, randomRuns: 3 }),
    ).toMatchObject({ findings: [] });
    const answers: NonNullable<CrashTestOptions<number, unknown>["answers"]> = ({ path }) =>
      path.endsWith("late") ? undefined : right;
    expect(await crashTest(asked, { input: 1, answers, seed: 1, randomRuns: 3 })).toMatchObject({ findings: [] });
  });
});

describe("A store", () => {
  const folder = mkdtempSync(join(tmpdir(), "flujo-crash-"));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test("is opened anew by each driver where the test can do so", async () => {
    let stores = 0;
    let opened = 0;
    const report = await crashTest(small, {
      input: 1,
      context: { seen: [] },
      answers: { approve: { right: true } },
      seed: 1,
      randomRuns: 4,
      open: () => new FileStateBackend({ folder: join(folder, `${stores++}`), durability: "normal" }),
      reopen: () => {
        opened += 1;
        return new FileStateBackend({ folder: join(folder, `${stores - 1}`), durability: "normal" });
      },
    });
    expect(report.findings).toStrictEqual([]);
    expect(opened).toBe(report.kills);
  });
});

describe("A seed", () => {
  /** The moments of the runs that came to harm, as far as they were drawn by writes: times differ. */
  async function momentsOf(seed: number): Promise<readonly string[]> {
    const counting = (): Step<number, number> => {
      let seen = 0;
      return pipeline(
        "counts",
        step("a", () => ++seen),
        step("b", () => ++seen),
        step("c", () => ++seen),
      );
    };
    const thrown: unknown = await crashTest(counting, { input: 1, seed, randomRuns: 20 }).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(thrown instanceof CrashTestError)) throw new Error("The crash test passed, or broke", { cause: thrown });
    expect(thrown.report.seed).toBe(seed);
    expect(thrown.message).toContain(`seed ${seed}`);
    return thrown.report.findings.map(({ moments }) => moments.join()).filter((moments) => !moments.includes(" ms "));
  }

  test("draws the same moments again, and is in the report", async () => {
    const drawn = await momentsOf(7);
    expect(await momentsOf(7)).toStrictEqual(drawn);
    expect(await momentsOf(8)).not.toStrictEqual(drawn);
  });

  test("differs where none is given", async () => {
    const reports = [await crashTest(add, { input: 1 }), await crashTest(add, { input: 1 })];
    expect(new Set(reports.map(({ seed }) => seed)).size).toBe(2);
  });
});

describe("A crash test", () => {
  test("that is aborted rejects with the reason", async () => {
    const stop = new AbortController();
    const slow = step("slow", async (value: number) => {
      stop.abort(new Error("enough"));
      return value;
    });
    await expect(crashTest(slow, { input: 1, signal: stop.signal })).rejects.toThrow("enough");
  });

  test("of a pipeline that asks what nobody answers is refused", async () => {
    const asking = human("ask", { prompt: "?", schema: z.string() });
    await expect(crashTest(asking, { input: 1 })).rejects.toMatchObject({ code: "invalid_option", option: "answers" });
  });

  test.each([
    [{ inputs: 1 }, "options.inputs"],
    [{ input: 1, randomRuns: -1 }, "options.randomRuns"],
    [{ input: 1, seed: 1.5 }, "options.seed"],
    [{ input: 1, open: "memory" }, "options.open"],
    [{ input: 1, reopen: 1 }, "options.reopen"],
    [{ input: 1, answers: 1 }, "options.answers"],
  ])("refuses options that can't be used, by name: %j", async (options, name) => {
    await expect(crashTest(add, options as { input: number })).rejects.toMatchObject({
      code: "invalid_option",
      option: name,
    });
  });

  test("refuses what is no pipeline", async () => {
    await expect(crashTest(1 as never, { input: 1 })).rejects.toMatchObject({
      code: "invalid_option",
      option: "pipeline",
    });
  });
});
