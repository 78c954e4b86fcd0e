import { Flujo } from "@flujo/core";
import {
  CircuitBreakers,
  ErrorRule,
  type FlujoModule,
  GracefulDegradation,
  RecoveryStrategy,
  StepHandler,
} from "@flujo/core/protocols";
import { map, parallel, pipeline, Step, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";

describe("concurrency", () => {
  test("of a runner limits the leaves that work at a time, of all its runs together", async () => {
    let at = 0;
    let most = 0;
    const work = step("work", async (n: number) => {
      most = Math.max(most, ++at);
      await new Promise((resolve) => setTimeout(resolve, 2));
      at--;
      return n;
    });
    await using flujo = new Flujo(map("all", parallel("both", { a: work, b: work })), { concurrency: 3 });
    const results = await Promise.all([flujo.run([1, 2, 3]), flujo.run([4, 5, 6])]);
    expect(results.every(({ status }) => status === "completed")).toBe(true);
    expect(most).toBe(3);
  });

  test("of a resource limits the calls of all steps that name it", async () => {
    let at = 0;
    let most = 0;
    const call = async (n: number): Promise<number> => {
      most = Math.max(most, ++at);
      await new Promise((resolve) => setTimeout(resolve, 2));
      at--;
      return n;
    };
    const limits = { resource: "api", concurrency: 2 };
    const [a, b] = [step("a", call).withLimits(limits), step("b", call).withLimits(limits)];
    await using flujo = new Flujo(map("all", parallel("both", { a, b })));
    expect((await flujo.run([1, 2, 3, 4])).status).toBe("completed");
    expect(most).toBe(2);
  });
});

describe("a circuit breaker", () => {
  const breaker = { resource: "api", minimumCalls: 2, failureRate: 0.5, openMs: 60_000 };

  test("counts the failures of a handler that throws, like those of a step's function", async () => {
    class Throwing extends Step<number, number> {
      readonly kind = "test.throwing";
    }
    const handler: StepHandler = {
      kind: "test.throwing",
      handle: async () => {
        throw new Error("down");
      },
    };
    const modules: FlujoModule[] = [(container) => container.register(StepHandler, { useValue: handler })];
    const broken = new Throwing("broken").withCircuitBreaker(breaker);
    await using flujo = new Flujo(map("all", broken, { concurrency: 1, onFailure: "collect" }), { modules });
    await flujo.run([1, 2]);
    expect(flujo.container.resolve<CircuitBreakers>(CircuitBreakers).get("api").state).toBe("open");
  });

  test("refuses calls once those before kept failing, of every step that names the resource", async () => {
    let calls = 0;
    const broken = step("broken", (_: number): number => {
      calls++;
      throw new Error("down");
    }).withCircuitBreaker(breaker);
    await using flujo = new Flujo(map("all", broken, { concurrency: 1, onFailure: "collect" }));
    const result = await flujo.run([1, 2, 3, 4]);
    expect(result).toMatchObject({ status: "completed" });
    expect(result.steps.filter(({ name }) => name === "broken").map(({ error }) => error?.code)).toEqual([
      "step_failed",
      "step_failed",
      "circuit_open",
      "circuit_open",
    ]);
    expect(calls).toBe(2);
    expect(flujo.container.resolve<CircuitBreakers>(CircuitBreakers).get("api").state).toBe("open");
  });

  test("tells the runs that are at work when it changes, and so does the load", async () => {
    const broken = step("broken", (n: number): number => {
      if (n === 3) flujo.container.resolve<GracefulDegradation>(GracefulDegradation).force("minor");
      throw new Error("down");
    }).withCircuitBreaker({ ...breaker, minimumCalls: 3 });
    await using flujo = new Flujo(map("all", broken, { concurrency: 1, onFailure: "collect" }));
    const changes: unknown[] = [];
    for await (const event of flujo.stream([1, 2, 3])) {
      if (event.type === "circuit-change" || event.type === "load-change")
        changes.push([event.type, event.from, event.to]);
    }
    expect(changes).toEqual([
      ["load-change", "normal", "minor"],
      ["circuit-change", "closed", "open"],
    ]);
  });

  test("does not count what says nothing of the resource: wrong answers, cancelled calls", async () => {
    const picky = step("picky", (_: number): number => {
      throw Object.assign(new Error("bad request"), { status: 400 });
    }).withCircuitBreaker(breaker);
    await using flujo = new Flujo(map("all", picky, { concurrency: 1, onFailure: "collect" }));
    const { steps } = await flujo.run([1, 2, 3, 4]);
    expect(new Set(steps.filter(({ name }) => name === "picky").map(({ error }) => error?.code))).toEqual(
      new Set(["step_failed"]),
    );
  });

  test("counts a deadline that is missed", async () => {
    const slow = step("slow", (_: number) => new Promise<number>(() => {}))
      .withCircuitBreaker(breaker)
      .withTimeout(5);
    await using flujo = new Flujo(map("all", slow, { concurrency: 1, onFailure: "collect" }));
    const { steps } = await flujo.run([1, 2, 3]);
    expect(steps.filter(({ name }) => name === "slow").map(({ error }) => error?.code)).toEqual([
      "step_timeout",
      "step_timeout",
      "circuit_open",
    ]);
  });

  test("is there for a step that names its resource, and not for one that wants none", async () => {
    const broken = (name: string, resource: string) =>
      step({
        name,
        resource,
        run: (_: number): number => {
          throw new Error("down");
        },
      });
    const tries = Array.from({ length: 12 }, (_, index) => index);
    await using guarded = new Flujo(map("all", broken("b", "api"), { concurrency: 1, onFailure: "collect" }));
    expect((await guarded.run(tries)).steps.some(({ error }) => error?.code === "circuit_open")).toBe(true);
    const free = broken("b", "api").withCircuitBreaker(false);
    await using open = new Flujo(map("all", free, { concurrency: 1, onFailure: "collect" }));
    expect((await open.run(tries)).steps.some(({ error }) => error?.code === "circuit_open")).toBe(false);
  });
});

describe("load", () => {
  test("leaves optional steps out, says so, and gives required results as ever", async () => {
    const extra = step("extra", (n: number) => `extra ${n}`).asOptional("none");
    const side = parallel("side", { needed: step("needed", (n: number) => n + 1), extra });
    await using flujo = new Flujo(side);
    const load = flujo.container.resolve<GracefulDegradation>(GracefulDegradation);
    expect(await flujo.run(1)).toMatchObject({ output: { needed: 2, extra: "extra 1" }, degraded: false });
    load.force("moderate");
    const result = await flujo.run(1, { runId: "r" });
    expect(result).toMatchObject({ output: { needed: 2, extra: "none" }, degraded: true });
    expect(result.steps.find(({ name }) => name === "extra")).toMatchObject({ omitted: true, attempts: 0 });
    load.release();
    // What was left out stays left out in the run that was.
    expect(await flujo.run(1, { runId: "r" })).toMatchObject({ output: { extra: "none" }, degraded: true });
  });

  test("keeps new runs out, and lets those that there are go on", async () => {
    await using flujo = new Flujo(step("work", (n: number) => n));
    const load = flujo.container.resolve<GracefulDegradation>(GracefulDegradation);
    await flujo.run(1, { runId: "old" });
    load.force("severe");
    await expect(flujo.run(1)).rejects.toMatchObject({ code: "overloaded", retryable: true });
    expect(await flujo.run(1, { runId: "old" })).toMatchObject({ status: "completed" });
    load.release();
    expect((await flujo.run(1)).status).toBe("completed");
  });

  test("takes details off the event stream", async () => {
    const noisy = step("noisy", (n: number, { log }) => {
      log.debug("detail");
      log.info("news");
      return n;
    });
    await using flujo = new Flujo(noisy, { capture: "full" });
    const load = flujo.container.resolve<GracefulDegradation>(GracefulDegradation);
    const shown = async (): Promise<readonly unknown[]> => {
      const seen: unknown[] = [];
      for await (const event of flujo.stream(1)) {
        if (event.type === "step-log") seen.push(event.message);
        if (event.type === "step-start") seen.push(event.input);
      }
      return seen;
    };
    expect(await shown()).toEqual([1, "detail", "news"]);
    load.force("minor");
    expect(await shown()).toEqual([undefined, "news"]);
  });
});

describe("what a user registers", () => {
  test("an ErrorRule decides what an error is", async () => {
    let calls = 0;
    const odd = step("odd", (): number => {
      calls++;
      throw new Error("E-42");
    }).withRetry({ maxAttempts: 3, initialDelayMs: 0 });
    const rule: ErrorRule = {
      classify: (thrown) =>
        thrown instanceof Error && thrown.message === "E-42" ? { category: "permanent", retryable: false } : undefined,
    };
    await using flujo = new Flujo(odd, { modules: [(container) => container.register(ErrorRule, { useValue: rule })] });
    expect(await flujo.run(undefined)).toMatchObject({ status: "failed", error: { category: "permanent" } });
    expect(calls).toBe(1);
  });

  test("a RecoveryStrategy is asked about every step that fails, once", async () => {
    let asked = 0;
    const broken = step("broken", (n: number): number => {
      throw new Error(`no ${n}`);
    });
    const strategy: RecoveryStrategy = {
      name: "make do",
      recover: ({ input }) => {
        asked++;
        return { action: "value", value: (input as number) * 100 };
      },
    };
    await using flujo = new Flujo(
      pipeline(
        "p",
        broken,
        step("next", (n: number) => n + 1),
      ),
      {
        modules: [(container) => container.register(RecoveryStrategy, { useValue: strategy })],
      },
    );
    expect(await flujo.run(1)).toMatchObject({ status: "completed", output: 101 });
    expect(asked).toBe(1);
  });
});
