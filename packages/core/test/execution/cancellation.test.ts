import { Flujo } from "@flujo/core";
import { type Execution, type Outcome, StepHandler } from "@flujo/core/protocols";
import { branch, human, loop, nested, parallel, router, Step, stateMachine, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const never = (): Promise<never> => new Promise(() => undefined);
const same = step("same", (n: number) => n);

/** One of each place in which a run waits for a function of the user's that may never end. */
const HANGING: Record<string, Step<number, unknown>> = {
  "the function of a step": step("deaf", never),
  "a schema of a step": step({ name: "deaf", input: z.number().refine(never), run: (n) => n }),
  "on of a branch": branch("deaf", { on: (_: number): Promise<"x"> => never(), cases: { x: same } }),
  "until of a loop": loop("deaf", { body: same, until: never, maxIterations: 2 }),
  "select of a router": router("deaf", { select: (_: number): Promise<"x"[]> => never(), routes: { x: same } }),
  "next of a state machine": stateMachine("deaf", {
    start: "a",
    states: { a: same, b: same },
    next: { a: (): Promise<"b"> => never() },
    final: ["b"],
    maxHops: 2,
  }),
  "into of nested": nested("deaf", same, { into: never }),
  "prompt of human": human("deaf", { prompt: (): Promise<string> => never(), schema: z.string() }),
};

describe.each(Object.entries(HANGING))("%s that never ends", (_place, deaf) => {
  test("does not outlive its deadline", async () => {
    await using flujo = new Flujo(deaf.withTimeout(10));
    expect(await flujo.run(1)).toMatchObject({ status: "failed", error: { code: "step_timeout" } });
  });

  test("does not keep a run from being cancelled", async () => {
    await using flujo = new Flujo(deaf);
    const handle = flujo.start(1);
    for await (const event of handle) if (event.type === "step-start") handle.cancel("enough");
    expect(await handle.result).toMatchObject({ status: "cancelled", reason: "enough" });
  });
});

test("an answer that is checked for ever does not outlive the deadline", async () => {
  let checks = 0;
  // The first check is made when the answer is stored.
  const schema = z.number().refine(() => (++checks === 1 ? true : never()));
  await using flujo = new Flujo(human("ask", { prompt: "?", schema }).withTimeout(10));
  await flujo.run(undefined as never, { runId: "r" });
  expect(await flujo.resume("r", { signals: { ask: 1 } })).toMatchObject({ error: { code: "step_timeout" } });
});

test("a step that is stopped before its deadline has not missed it", async () => {
  let calls = 0;
  const deaf = step("deaf", (n: number) => (++calls === 1 ? never() : n));
  await using flujo = new Flujo(deaf.withTimeout(60));
  const handle = flujo.start(1, { runId: "r" });
  for await (const event of handle) if (event.type === "step-start") handle.interrupt();
  await expect(handle.result).rejects.toMatchObject({ code: "run_interrupted" });
  expect(await flujo.resume("r")).toMatchObject({ status: "completed", output: 1 });
});

class Throwing extends Step<number, number> {
  readonly kind = "test.throwing";
}

test("a handler that throws because it was stopped has not failed: the run can go on", async () => {
  let calls = 0;
  const handler: StepHandler<Throwing> = {
    kind: "test.throwing",
    handle: ({ signal }: Execution<Throwing>): Promise<Outcome> =>
      ++calls > 1
        ? Promise.resolve({ status: "completed", output: 1 })
        : new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
  };
  await using flujo = new Flujo(new Throwing("throwing"), {
    modules: [(container) => container.register(StepHandler, { useValue: handler as StepHandler })],
  });
  const handle = flujo.start(1, { runId: "r" });
  for await (const event of handle) if (event.type === "step-start") handle.interrupt();
  await expect(handle.result).rejects.toMatchObject({ code: "run_interrupted" });
  expect(await flujo.resume("r")).toMatchObject({ status: "completed", output: 1 });
});

describe("a run that is stopped while one branch waits for a person and another works", () => {
  const ask = human("ask", { prompt: "?", schema: z.number() });
  const works = step(
    "works",
    (_: number, { signal }) =>
      new Promise<number>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error))),
  );
  const sides: Record<string, Step<number, unknown>> = {
    failFast: parallel("sides", { ask, works }),
    collect: parallel("sides", { ask, works }, { onFailure: "collect" }),
  };

  test.each(Object.entries(sides))("is cancelled and not paused: %s", async (_mode, both) => {
    await using flujo = new Flujo(both);
    const handle = flujo.start(1);
    for await (const event of handle)
      if (event.type === "step-start" && event.name === "works") handle.cancel("enough");
    expect(await handle.result).toMatchObject({ status: "cancelled", reason: "enough" });
  });

  test.each(Object.entries(sides))("is interrupted and not paused: %s", async (_mode, both) => {
    await using flujo = new Flujo(both);
    const handle = flujo.start(1);
    for await (const event of handle) if (event.type === "step-start" && event.name === "works") handle.interrupt();
    await expect(handle.result).rejects.toMatchObject({ code: "run_interrupted" });
    expect((await flujo.state.getRun(handle.runId))?.status).toBe("running");
  });
});
