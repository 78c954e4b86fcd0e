import { Flujo, type RunHandle } from "@flujo/core";
import type { StepReport, Usage, UsageLimitExceededError } from "@flujo/core/protocols";
import { loop, map, parallel, pipeline, type Step, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";

const USD = 10n ** 12n;

/** A step that uses what it is told. */
const pay = (name: string, costPico: bigint, work: () => unknown = () => undefined): Step<unknown, number> =>
  step(name, async (_: unknown, { reportUsage }) => {
    await work();
    reportUsage({ costPico, inputTokens: 1, outputTokens: 0 });
    return Number(costPico);
  });

describe("a run's budget", () => {
  test("may be reached exactly", async () => {
    await using flujo = new Flujo(pay("a", USD / 10n).pipe(pay("b", USD / 5n)), { budget: { costUsd: 0.3 } });
    expect(await flujo.run(undefined)).toMatchObject({ status: "completed", usage: { costPico: (3n * USD) / 10n } });
  });

  test("that is passed ends the run, with what was used and every finished step; nothing more begins", async () => {
    let began = false;
    const last = step("last", () => {
      began = true;
    });
    await using flujo = new Flujo(pipeline("all", pay("a", USD), pay("b", 1n), last), { budget: { costUsd: 1 } });
    const result = await flujo.run(undefined);
    expect(result).toMatchObject({
      status: "failed",
      error: { code: "usage_limit_exceeded", category: "budget", breach: { scope: "", limit: "costUsd" } },
      usage: { costPico: USD + 1n },
    });
    const { error } = result as unknown as { readonly error: UsageLimitExceededError };
    expect(error.steps.map(({ path, status }) => [path, status])).toEqual([
      ["a", "completed"],
      ["b", "completed"],
    ]);
    expect(error.usage).toEqual(result.usage);
    expect(error.message).toBe("The budget of the run, $1, is exceeded: $1.000000000001 used");
    expect(began).toBe(false);
  });

  test("is not something to recover from: not tried again, nothing falls back, no collecting goes on", async () => {
    let calls = 0;
    const dear = pay("dear", 2n * USD, () => {
      calls++;
    })
      .withRetry({ maxAttempts: 5, initialDelayMs: 0 })
      .withFallbackValue(0);
    const all = map("all", dear, { onFailure: "collect", concurrency: 1 });
    await using flujo = new Flujo(
      pipeline("p", all.withFallbackValue([]).withRetry({ maxAttempts: 3, initialDelayMs: 0 })),
      { budget: { costUsd: 1 } },
    );
    expect(await flujo.run([1, 2, 3])).toMatchObject({ status: "failed", error: { code: "usage_limit_exceeded" } });
    expect(calls).toBe(1);
  });

  test("counts failed attempts, what fell back, and what is nested, each once", async () => {
    const flaky = step("flaky", (_: unknown, { reportUsage }): number => {
      reportUsage({ costPico: 10n });
      throw new Error("not this time");
    })
      .withRetry({ maxAttempts: 3, initialDelayMs: 0 })
      .withFallback(pay("spare", 5n));
    const twice = loop("twice", {
      body: pipeline("inner", flaky),
      until: (_, { iteration }) => iteration === 2,
      maxIterations: 2,
    });
    await using flujo = new Flujo(twice, { budget: { costUsd: 1 } });
    expect((await flujo.run(0)).usage).toMatchObject({ costPico: 70n, requests: 8 });
  });

  test("is held by what steps are estimated to use before they begin", async () => {
    let began = 0;
    const each = pay("each", 1n, () => {
      began++;
    }).withEstimate({ costUsd: 0.4 });
    await using flujo = new Flujo(map("each one", each), { budget: { costUsd: 1 } });
    expect(await flujo.run([1, 2, 3])).toMatchObject({ status: "completed", usage: { costPico: 3n } });
    expect(began).toBe(3);

    const dear = pay("each", (6n * USD) / 10n, () => {
      began++;
    }).withEstimate({ costUsd: 0.6 });
    began = 0;
    await using short = new Flujo(map("each one", dear), { budget: { costUsd: 1 } });
    const result = await short.run([1, 2, 3]);
    expect(result).toMatchObject({
      status: "failed",
      error: { message: "The budget of the run, $1, can't hold what comes next: $0.6 used, $0.6 needed" },
      usage: { costPico: (6n * USD) / 10n },
    });
    expect(began).toBe(1);
  });

  test("is held by what a step set aside itself", async () => {
    const careful = step("careful", async (n: number, { reserveUsage, reportUsage }) => {
      await reserveUsage({ totalTokens: 60 });
      reportUsage({ inputTokens: 50, outputTokens: 0 });
      return n;
    });
    await using flujo = new Flujo(map("all", careful), { budget: { totalTokens: 100 } });
    expect(await flujo.run([1, 2])).toMatchObject({
      status: "failed",
      error: { breach: { limit: "totalTokens", used: 50, needed: 60 } },
      usage: { totalTokens: 50 },
    });
  });

  test("is held by what a step sets aside itself, where that is more than what it used the last times", async () => {
    const grows = step("grows", async (n: number, { reserveUsage, reportUsage }) => {
      await reserveUsage({ totalTokens: n });
      reportUsage({ inputTokens: n, outputTokens: 0 });
      return n;
    });
    await using flujo = new Flujo(map("all", grows), { budget: { totalTokens: 100 } });
    await flujo.run([10]);
    // By now it is known to use 10: two of them would find room, and pass the limit together.
    expect(await flujo.run([60, 60])).toMatchObject({
      status: "failed",
      error: { breach: { limit: "totalTokens", used: 60, needed: 60 } },
      usage: { totalTokens: 60 },
    });
  });

  test("goes by what earlier attempts at the same step used, where nothing else is known", async () => {
    const dear = pay("dear", (4n * USD) / 10n);
    await using flujo = new Flujo(map("all", dear, { concurrency: 3 }), { budget: { costUsd: 1 } });
    await flujo.run([1]);
    // Three at a time could pass it together: by now it is known that they would.
    const result = await flujo.run([1, 2, 3]);
    expect(result).toMatchObject({ status: "failed", error: { breach: { needed: 0.4 } } });
    expect(result.usage.costPico).toBe((8n * USD) / 10n);
  });

  test("aborts what is at work when it is passed, and waits for it", async () => {
    let aborted = false;
    const slow = step(
      "slow",
      (_: unknown, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            aborted = true;
            reject(signal.reason as Error);
          });
        }),
    );
    await using flujo = new Flujo(parallel("side", { slow, dear: pay("dear", 2n * USD) }), { budget: { costUsd: 1 } });
    expect(await flujo.run(0)).toMatchObject({ status: "failed", error: { code: "usage_limit_exceeded" } });
    expect(aborted).toBe(true);
  });

  test("is the same run's after it was interrupted: what was used before counts", async () => {
    let stop = true;
    const wait = step("wait", (n: number) => {
      if (stop) interrupt();
      return n;
    });
    let interrupt = (): void => undefined;
    await using flujo = new Flujo(pipeline("p", pay("a", USD), wait, pay("b", 1n)), { budget: { costUsd: 1 } });
    const handle = flujo.start(0, { runId: "r" });
    interrupt = () => handle.interrupt();
    await expect(handle.result).rejects.toMatchObject({ code: "run_interrupted" });
    stop = false;
    expect(await flujo.resume("r")).toMatchObject({
      status: "failed",
      error: { code: "usage_limit_exceeded" },
      usage: { costPico: USD + 1n },
    });
    const again: { readonly usage: Usage; readonly steps: readonly StepReport[] } = await flujo.resume("r");
    expect(again.usage.costPico).toBe(USD + 1n);
  });
});

describe("a call that does not say what it cost", () => {
  const call = (name: string) =>
    step(name, (n: number, { reportUsage }) => {
      reportUsage({ inputTokens: 1, outputTokens: 1 });
      reportUsage({ inputTokens: 1, outputTokens: 1, costUsd: 0.1 });
      return n;
    });
  const warnings = async (handle: RunHandle<unknown>): Promise<readonly string[]> => {
    const seen: string[] = [];
    for await (const event of handle) if (event.type === "step-log") seen.push(`${event.level} ${event.path}`);
    await handle.result.catch(() => undefined);
    return seen;
  };

  test("is warned of once, where a budget in dollars can't see it", async () => {
    await using flujo = new Flujo(call("a").pipe(call("b")), { budget: { costUsd: 1 } });
    expect(await warnings(flujo.start(1))).toEqual(["warn a"]);
    const inner = pipeline("inner", call("b")).withBudget({ costUsd: 1 });
    await using own = new Flujo(call("a").pipe(inner));
    expect(await warnings(own.start(1))).toEqual(["warn inner/b"]);
  });

  test("is nothing to warn of where no budget limits dollars", async () => {
    await using flujo = new Flujo(call("a"), { budget: { totalTokens: 100 } });
    expect(await warnings(flujo.start(1))).toEqual([]);
    await using free = new Flujo(call("a"));
    expect(await warnings(free.start(1))).toEqual([]);
  });

  test("is not warned of again when the run goes on", async () => {
    let stop = true;
    let interrupt = (): void => undefined;
    const wait = step("wait", (n: number) => {
      if (stop) interrupt();
      return n;
    });
    await using flujo = new Flujo(pipeline("p", call("a"), wait, call("b")), { budget: { costUsd: 1 } });
    const handle = flujo.start(1, { runId: "r" });
    interrupt = () => handle.interrupt();
    expect(await warnings(handle)).toEqual(["warn a"]);
    stop = false;
    expect(await warnings(flujo.startResume("r"))).toEqual([]);
  });
});

describe("a step's budget", () => {
  test("is its own: what others use does not count, what is in it does", async () => {
    const inner = pipeline("inner", pay("a", 6n), pay("b", 6n)).withBudget({ totalTokens: 1 });
    await using flujo = new Flujo(pay("before", 100n).pipe(inner));
    const result = await flujo.run(0);
    expect(result).toMatchObject({
      status: "failed",
      error: { path: "inner", message: 'The budget of "inner", 1 tokens, is exceeded: 2 tokens used' },
    });
    expect(result.usage.costPico).toBe(112n);
  });
});

test("a budget that can't be is refused at once", () => {
  expect(() => new Flujo(pay("a", 1n), { budget: { costUsd: -1 } })).toThrow("costUsd");
  expect(() => new Flujo(pay("a", 1n), { budget: {} })).toThrow("budget");
});
