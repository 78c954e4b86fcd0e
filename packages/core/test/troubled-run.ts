import type { Flujo } from "@flujo/core";
import type { RunResult } from "@flujo/core/protocols";
import { human, map, parallel, type Step, step } from "@flujo/dsl";
import fc from "fast-check";
import { z } from "zod";
import { build, shape } from "./execution/random-pipeline.ts";

/** How a run is treated by whoever started it, after so many of its events. */
const treatment = fc.record({
  how: fc.constantFrom("awaits", "leaves", "looks away", "cancels", "aborts", "interrupts" as const),
  after: fc.integer({ min: 1, max: 12 }),
  goesOn: fc.boolean(),
  input: fc.integer({ min: 0, max: 20 }),
});

export type Treatment = typeof treatment extends fc.Arbitrary<infer Value> ? Value : never;

export function treatments(count: number, seed: number): readonly Treatment[] {
  return fc.sample(treatment, { numRuns: count, seed });
}

/** Random steps beside one that makes trouble, two pipelines for each kind of it: one with time enough, one without. */
export function troubledPipelines(seed: number): readonly Step<number, unknown>[] {
  const sides = Object.values(SIDES);
  const shapes = fc.sample(shape, { numRuns: 2 * sides.length, seed });
  return shapes.map((random, index) => {
    const branches = { random: build(random, () => undefined), side: sides[index % sides.length] as (typeof sides)[0] };
    const both = parallel("both", branches, { onFailure: "collect" });
    if (index < sides.length) return both.withTimeout(1_000);
    return both.withTimeout(10).withRetry({ maxAttempts: 2, initialDelayMs: 1 });
  });
}

const pays = step("pays", async (n: number, { reserveUsage, reportUsage }) => {
  await reserveUsage({ totalTokens: 30 });
  await turn();
  reportUsage({ inputTokens: n, outputTokens: 1 });
  return n;
});

const SIDES: Readonly<Record<string, Step<number, unknown>>> = {
  pays: step("bill", (n: number) => [n, n + 1, n + 2])
    .pipe(map("bills", pays))
    .withBudget({ totalTokens: 40 }),
  fails: step("fails", (_: number): number => {
    throw new Error("no");
  }).withRetry({ maxAttempts: 3, initialDelayMs: 1 }),
  hangs: step(
    "hangs",
    (_: number, { signal }) =>
      new Promise<number>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      }),
  ).withTimeout(3),
  talks: step("talks", async (n: number, { emit, log }) => {
    for (let chunk = 0; chunk < 100; chunk++) await emit(chunk);
    log.info("said it all");
    return n;
  }),
  queues: step("list", (n: number) => [n, n, n]).pipe(
    map("queue", step("queues", async (n: number) => (await turn(), n)).withLimits({ concurrency: 1 })),
  ),
  caches: step("caches", async (n: number) => (await turn(), n)).withCache(),
  asks: human("asks", { prompt: "?", schema: z.number() }),
  "gives way": step("broken", (_: number): number => {
    throw new Error("no");
  })
    .withCircuitBreaker({ resource: "api", minimumCalls: 5, openMs: 5 })
    .withFallback(step("spare", (n: number) => n)),
};

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Has a run and treats it so; tells how that ended, and for what error. */
export async function troubledRun(
  flujo: Flujo<number, unknown>,
  runId: string,
  treatment: Treatment,
  lasting: AbortSignal,
): Promise<string> {
  const { goesOn } = treatment;
  const ended = await treat(flujo, runId, treatment, lasting);
  if (!goesOn) return ended;
  if (ended === "paused") return outcomeOf(await flujo.resume(runId, { signals: { asks: 1 }, signal: lasting }));
  if (ended === "interrupted") return outcomeOf(await flujo.resume(runId, { signal: lasting }));
  return ended;
}

function outcomeOf(result: RunResult<unknown>): string {
  return result.status === "failed" ? result.error.code : result.status;
}

async function treat(
  flujo: Flujo<number, unknown>,
  runId: string,
  { how, after, input }: Treatment,
  lasting: AbortSignal,
): Promise<string> {
  if (how === "awaits") return outcomeOf(await flujo.run(input, { runId, signal: lasting }));
  let events = 0;
  if (how === "leaves") {
    for await (const _ of flujo.stream(input, { runId, signal: lasting })) if (++events >= after) break;
    return "left";
  }
  const own = new AbortController();
  const handle = flujo.start(input, { runId, signal: how === "aborts" ? own.signal : lasting });
  for await (const _ of handle) {
    if (++events < after) continue;
    if (how === "cancels") handle.cancel("enough");
    if (how === "aborts") own.abort("enough");
    if (how === "interrupts") handle.interrupt();
    break;
  }
  try {
    return outcomeOf(await handle.result);
  } catch (error) {
    if ((error as { readonly code?: string }).code !== "run_interrupted") throw error;
    return "interrupted";
  }
}
