import { Flujo, MemoryStateBackend } from "@flujo/core";
import { type FlujoModule, type Lease, type NewRun, StateBackend } from "@flujo/core/protocols";
import { loop, map, parallel, pipeline, type Step, step } from "@flujo/dsl";
import fc from "fast-check";
import { expect, test } from "vitest";
import { recordedUsage } from "../../src/usage/recorded-usage.ts";

const on =
  (state: StateBackend): FlujoModule =>
  (container) =>
    container.register(StateBackend, { useValue: state });

type Shape =
  | { readonly kind: "leaf"; readonly costPico: bigint; readonly failures: number }
  | {
      readonly kind: "chain" | "parallel" | "map" | "loop";
      readonly parts: readonly Shape[];
      readonly attempts: number;
    }
  | { readonly kind: "fallback"; readonly parts: readonly Shape[] };

const { shape } = fc.letrec<{ shape: Shape; leaf: Shape; parts: readonly Shape[] }>((tie) => ({
  leaf: fc.record({
    kind: fc.constant("leaf" as const),
    costPico: fc.bigInt(1n, 1_000n),
    failures: fc.integer({ min: 0, max: 2 }),
  }),
  parts: fc.array(tie("shape"), { minLength: 1, maxLength: 2 }),
  shape: fc.oneof(
    { depthSize: "small" },
    tie("leaf"),
    fc.record({
      kind: fc.constantFrom("chain" as const, "parallel" as const, "map" as const, "loop" as const),
      parts: tie("parts"),
      attempts: fc.integer({ min: 1, max: 2 }),
    }),
    fc.record({ kind: fc.constant("fallback" as const), parts: tie("parts") }),
  ),
}));

/** Builds a shape whose leaves fail at first and, of composites that are tried again, so does all of the first attempt. */
function build(shape: Shape, name: string, isFree: () => boolean): Step<unknown, unknown> {
  if (shape.kind === "leaf") {
    return step(name, async (_: unknown, { attempt, reportUsage }) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (!isFree()) reportUsage({ costPico: shape.costPico, inputTokens: 1, outputTokens: 0 });
      if (attempt <= shape.failures) throw new Error("not yet");
      return 1;
    }).withRetry({ maxAttempts: 3, initialDelayMs: 0 });
  }
  const parts = shape.parts.map((part, index) => build(part, `${name}${index}`, isFree));
  const chain = parts.reduce((all, next) => all.pipe(next));
  if (shape.kind === "fallback") {
    const broken = step(`${name}broken`, (_: unknown, { reportUsage }): unknown => {
      if (!isFree()) reportUsage({ costPico: 7n, inputTokens: 0, outputTokens: 1 });
      throw new Error("never");
    });
    return broken.withFallback(pipeline(`${name}spare`, chain));
  }
  const last = step(`${name}last`, (_: unknown, { path }) => {
    // The first attempt at the composite fails once all in it was paid for.
    if (shape.attempts === 2 && !path.includes("!2/")) throw new Error("the first attempt fails");
    return [1];
  });
  const body = pipeline(`${name}body`, chain, last);
  const whole = {
    chain: () => body,
    parallel: () => parallel(name, Object.fromEntries(parts.map((part, index) => [`b${index}`, part]))).pipe(last),
    map: () =>
      step(`${name}items`, () => [1, 2])
        .pipe(map(name, chain))
        .pipe(last),
    loop: () => loop(name, { body, until: (_, { iteration }) => iteration === 2, maxIterations: 2 }),
  }[shape.kind]();
  return pipeline(`${name}whole`, whole as Step<unknown, unknown>).withRetry({ maxAttempts: 2, initialDelayMs: 0 });
}

test("what is recorded of a run, at any moment, is what its books say when it goes on from there", async () => {
  await fc.assert(
    fc.asyncProperty(shape, async (graph) => {
      const state = new MemoryStateBackend();
      let isFree = false;
      const pipeline = build(graph, "n", () => isFree);
      await using flujo = new Flujo(pipeline, { modules: [on(state)] });
      const { usage } = await flujo.run(1, { runId: "r" });
      const entries = await state.readEntries("r");
      expect(recordedUsage(entries).known).toMatchObject({
        costPico: usage.known.costPico,
        totalTokens: usage.known.totalTokens,
      });

      // A process died there, and what the next one does costs nothing: so all that is in its books was recorded.
      isFree = true;
      const begun = (await state.getRun("r")) as NewRun;
      for (let count = 0; count < entries.length; count += Math.ceil(entries.length / 10)) {
        const sofar = entries.slice(0, count);
        const crashed = new MemoryStateBackend();
        await crashed.createRun(begun);
        const lease = (await crashed.acquireLease("r", 1_000)) as Lease;
        await crashed.appendEntries(lease, sofar);
        await crashed.releaseLease(lease);
        await using later = new Flujo(pipeline, { modules: [on(crashed)] });
        const { known } = (await later.resume("r")).usage;
        expect(recordedUsage(sofar).known).toMatchObject({ costPico: known.costPico, totalTokens: known.totalTokens });
      }
    }),
    { numRuns: 30 },
  );
});

test("a resumed run that fails as it failed before has used what was recorded of all that ran beside it", async () => {
  const state = new MemoryStateBackend();
  const pay = step("pay", async (n: number, { reportUsage }) => {
    reportUsage({ costPico: 5n });
    if (n === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      throw new Error("the first fails last");
    }
  });
  await using flujo = new Flujo(map("all", pay, { concurrency: 2 }), { modules: [on(state)] });
  const { usage } = await flujo.run([0, 1, 2], { runId: "r" });
  expect(usage.costPico).toBe(15n);
  const entries = (await state.readEntries("r")).filter(({ path }) => path !== "all");
  const crashed = new MemoryStateBackend();
  await crashed.createRun((await state.getRun("r")) as NewRun, entries);
  await using later = new Flujo(map("all", pay, { concurrency: 2 }), { modules: [on(crashed)] });
  expect(await later.resume("r")).toMatchObject({ status: "failed", usage: { costPico: 15n } });
});
