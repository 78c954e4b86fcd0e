import { Flujo, unwrap } from "@flujo/core";
import { type RunEvent, StateBackend } from "@flujo/core/protocols";
import { loop, map, parallel, type Step, step } from "@flujo/dsl";
import type { DependencyContainer } from "tsyringe";
import { describe, expect, test } from "vitest";
import { CrashingBackend } from "./crashing-backend.ts";

type NumberStep = Step<number, number>;

async function run(pipeline: NumberStep, input = 1) {
  await using flujo = new Flujo(pipeline);
  return await flujo.run(input);
}

describe("retry", () => {
  test("does not try again what can't succeed", async () => {
    let calls = 0;
    const loopForever = loop("l", {
      body: step("n", (n: number) => (calls++, n)),
      until: () => false,
      maxIterations: 2,
    });
    expect(await run(loopForever.withRetry())).toMatchObject({
      status: "failed",
      error: { code: "loop_exhausted", maxIterations: 2 },
    });
    expect(calls).toBe(2);
  });

  test("tells of each failed attempt and the wait", async () => {
    const events: RunEvent[] = [];
    const flaky = step("flaky", (n: number, { attempt }) => {
      if (attempt === 1) throw new Error("once");
      return n;
    }).withRetry({ initialDelayMs: 4, jitter: "none" });
    await using flujo = new Flujo(flaky);
    for await (const event of flujo.stream(1)) events.push(event);
    expect(events.map(({ type }) => type)).toEqual(["run-start", "step-start", "step-retry", "step-end", "run-end"]);
    expect(events[2]).toMatchObject({ path: "flaky", attempt: 1, delayMs: 4, error: { message: "once" } });
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });
});

describe("a crash after a failed attempt", () => {
  const crashing = (disk: CrashingBackend) => (container: DependencyContainer) =>
    container.register(StateBackend, { useValue: disk });

  test("does not bring back what the attempt did: not its leaf, not its aborted branches, not its cost", async () => {
    const disk = new CrashingBackend();
    const calls: string[] = [];
    const bad = step("bad", async (_: number, { path, reportUsage }): Promise<number> => {
      calls.push(path);
      reportUsage({ inputTokens: 1, outputTokens: 1 });
      if (!path.includes("!2")) throw new Error("first attempt");
      return 1;
    });
    const slow = step("slow", async (n: number, { path, signal }) => {
      calls.push(path);
      if (path.includes("!2")) return n;
      return await new Promise<number>((_resolve, reject) =>
        signal.addEventListener("abort", () => reject(signal.reason as Error)),
      );
    });
    const both = parallel("both", { slow, bad }).withRetry({ maxAttempts: 2, initialDelayMs: 0 });
    disk.crashAfter(2); // bad, and the failed attempt
    await expect(new Flujo(both, { modules: [crashing(disk)] }).run(1, { runId: "r" })).rejects.toMatchObject({
      code: "state",
    });
    disk.crashAfter(Infinity);
    const result = await new Flujo(both, { modules: [crashing(disk)] }).run(1, { runId: "r" });
    expect(result).toMatchObject({ status: "completed", usage: { requests: 2 } });
    expect(calls.filter((path) => !path.includes("!2"))).toEqual(["both[slow]/slow", "both[bad]/bad"]);
    expect(result.steps.at(-1)).toMatchObject({ path: "both", attempts: 2 });
  });

  test("while its fallback works does not call the step again", async () => {
    const disk = new CrashingBackend();
    let calls = 0;
    const broken = step("broken", (_: number): number => {
      calls++;
      throw new Error("no");
    });
    const guarded = broken.withFallback(step("spare", (n: number) => n));
    disk.crashAfter(1);
    await expect(new Flujo(guarded, { modules: [crashing(disk)] }).run(1, { runId: "r" })).rejects.toMatchObject({
      code: "state",
    });
    disk.crashAfter(Infinity);
    expect(unwrap(await new Flujo(guarded, { modules: [crashing(disk)] }).run(1, { runId: "r" }))).toBe(1);
    expect(calls).toBe(1);
  });
});

describe("fallback", () => {
  test.each([undefined, null, 0, ""])("may be the value %s", async (value) => {
    const broken = step("broken", (): unknown => {
      throw new Error("no");
    });
    await using flujo = new Flujo(broken.withFallbackValue(value));
    expect(unwrap(await flujo.run(1 as never))).toBe(value);
  });

  test("that fails fails the step with its own error", async () => {
    const broken = step("broken", (): number => {
      throw new Error("first");
    });
    const spare = step("spare", (): number => {
      throw new Error("second");
    });
    expect(await run(broken.withFallback(spare))).toMatchObject({
      status: "failed",
      error: { message: "second", path: "broken!fallback/spare" },
    });
  });
});

describe("timeout", () => {
  test("does not wait for work that does not heed its signal", async () => {
    const deaf = step("deaf", () => new Promise<number>(() => undefined));
    expect(await run(deaf.withTimeout(10).withFallbackValue(3))).toMatchObject({ output: 3 });
  });
});

describe("a failing branch", () => {
  test("aborts its siblings and waits for them", async () => {
    const log: string[] = [];
    const bad = step("bad", async (): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error("bad");
    });
    const other = step(
      "other",
      (_: number, { signal }) =>
        new Promise<number>((_resolve, reject) => {
          signal.addEventListener("abort", () =>
            setTimeout(() => (log.push("cleaned up"), reject(signal.reason as Error)), 10),
          );
        }),
    );
    await using flujo = new Flujo(parallel("both", { other, bad }));
    const result = await flujo.run(1);
    log.push("run over");
    expect(result).toMatchObject({ status: "failed", error: { message: "bad", path: "both[bad]/bad" } });
    expect(log).toEqual(["cleaned up", "run over"]);
  });

  test("stops its own pipeline at the failed step", async () => {
    const ran: string[] = [];
    const bad = step("bad", (): number => {
      throw new Error("bad");
    });
    const never = step("never", (n: number) => (ran.push("never"), n));
    await using flujo = new Flujo(
      parallel("all", { a: bad.pipe(never), b: step("b", (n: number) => n) }, { onFailure: "collect" }),
    );
    expect(unwrap(await flujo.run(1))).toMatchObject({
      a: { status: "rejected" },
      b: { status: "fulfilled", value: 1 },
    });
    expect(ran).toEqual([]);
  });
});

describe("map", () => {
  test("keeps to its concurrency and to the order of the items", async () => {
    let running = 0;
    let most = 0;
    const work = step("work", async (n: number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, (5 - n) * 2));
      running--;
      return n * 2;
    });
    await using flujo = new Flujo(map("all", work, { concurrency: 2 }));
    expect(unwrap(await flujo.run([1, 2, 3, 4]))).toEqual([2, 4, 6, 8]);
    expect(most).toBe(2);
  });

  test("of nothing gives nothing", async () => {
    await using flujo = new Flujo(
      map(
        "all",
        step("work", (n: number) => n),
      ),
    );
    expect(unwrap(await flujo.run([]))).toEqual([]);
  });
});
