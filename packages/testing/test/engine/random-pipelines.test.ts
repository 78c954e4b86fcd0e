import { Flujo } from "@flujo/core";
import type { FlujoModule, RunResult } from "@flujo/core/protocols";
import { human, loop, map, parallel, type Step, step } from "@flujo/dsl";
import type { HostedRuns } from "@flujo/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { folding, keyed, ordered } from "./hosted-runs.ts";

type NumberStep = Step<number, number>;

/** A pipeline as data, so that the same one can be built for each engine. */
type Shape =
  | { readonly kind: "work"; readonly failures: number; readonly waits: boolean }
  | { readonly kind: "ask" }
  | { readonly kind: "chain" | "sides" | "loop" | "items" | "retried"; readonly parts: readonly Shape[] };

const { shape } = fc.letrec<{ shape: Shape; parts: readonly Shape[] }>((tie) => ({
  parts: fc.array(tie("shape"), { minLength: 1, maxLength: 3 }),
  shape: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.record({ kind: fc.constant("work" as const), failures: fc.integer({ min: 0, max: 2 }), waits: fc.boolean() }),
    fc.record({ kind: fc.constant("ask" as const) }),
    fc.record({
      kind: fc.constantFrom("chain" as const, "sides" as const, "loop" as const, "items" as const, "retried" as const),
      parts: tie("parts"),
    }),
  ),
}));

const total = (name: string): Step<Readonly<Record<string, number>> | readonly number[], number> =>
  step(name, (parts: Readonly<Record<string, number>> | readonly number[]) =>
    Object.values(parts).reduce((sum: number, part: number) => sum + part, 0),
  );

function build(shape: Shape, name = "n"): NumberStep {
  switch (shape.kind) {
    case "work":
      return step(name, async (n: number, { attempt }) => {
        if (shape.waits) await new Promise((resolve) => setImmediate(resolve));
        if (attempt <= shape.failures) throw new Error("not yet");
        return n + 1;
      }).withRetry({ maxAttempts: 2, initialDelayMs: 0 });
    case "ask":
      return human(name, { prompt: (n: number) => `after ${n}?`, schema: z.number() });
    case "chain":
      return chain(shape.parts, name);
    case "retried":
      return chain(shape.parts, name).withRetry({ maxAttempts: 2, initialDelayMs: 0 }).withFallbackValue(-1);
    case "sides": {
      const branches = shape.parts.map((part, index) => [`b${index}`, build(part, `${name}b${index}`)] as const);
      return parallel(name, Object.fromEntries(branches), { concurrency: 2 }).pipe(total(`${name}t`));
    }
    case "loop":
      return loop(name, {
        body: chain(shape.parts, `${name}l`),
        until: async (_n, { iteration }) => iteration >= 2,
        maxIterations: 2,
      });
    case "items":
      return step(`${name}i`, (n: number) => [n, n + 1, n + 2])
        .pipe(map(name, chain(shape.parts, `${name}e`), { concurrency: 2 }))
        .pipe(total(`${name}t`));
  }
}

function chain(parts: readonly Shape[], name: string): NumberStep {
  return parts
    .map((part, index) => build(part, `${name}${index}`))
    .reduce<NumberStep>(
      (whole, next) => whole.pipe(next) as NumberStep,
      step(`${name}_`, (n: number) => n),
    );
}

/** Answers every question by how long its path is. */
async function carryOut(shape: Shape, modules: readonly FlujoModule[]): Promise<RunResult<unknown>> {
  await using flujo = new Flujo(build(shape), { modules });
  let result: RunResult<unknown> = await flujo.run(1, { runId: "run" });
  while (result.status === "paused") {
    const signals = Object.fromEntries(result.awaiting.map(({ path, token }) => [token, path.length]));
    result = await flujo.resume("run", { signals });
  }
  return result;
}

const summary = (result: RunResult<unknown>): object => ({
  status: result.status,
  outcome: result.status === "completed" ? result.output : result.status === "failed" ? result.error.message : "",
});

const HOSTS: Readonly<Record<string, (seed: number) => HostedRuns>> = {
  "an ordered engine": (seed) => ordered(seed),
  "a keyed engine that folds often": () => keyed([folding]),
};

test.each(Object.entries(HOSTS))(
  "any pipeline comes to the same on %s as it does undisturbed, from wherever it is cut off",
  async (_name, open) => {
    const numRuns = process.env.FLUJO_PROOF ? 1_000 : 40;
    await fc.assert(
      fc.asyncProperty(shape, fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), async (graph, seed, where) => {
        const expected = summary(await carryOut(graph, keyed().modules));
        const engine = open(seed);
        expect(summary(await carryOut(graph, engine.modules))).toStrictEqual(expected);
        const again = await engine.cut("run", Math.floor(where * (await engine.recorded("run"))));
        expect(summary(await carryOut(graph, again.modules))).toStrictEqual(expected);
      }),
      { numRuns },
    );
  },
  600_000,
);
