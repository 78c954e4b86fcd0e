import { Flujo, type FlujoOptions } from "@flujo/core";
import { type FlujoModule, Telemetry } from "@flujo/core/protocols";
import { type Step, step } from "@flujo/dsl";
import { z } from "zod";
import { chainOf } from "./chain-of.ts";
import { micros, percent, report } from "./report.ts";
import { computeMs, race } from "./statistics.ts";

const STEPS = 100;
/** Enough for the coarse clock that processor time is told by. */
const RUNS = 100;
/** What a step's own work takes where tracing is held against it, in milliseconds. */
const WORK_MS = 0.1;

type Make = (name: string) => Step<number, number>;
type Setting = readonly [make: Make, options?: FlujoOptions<unknown>];

const plain: Make = (name) => step(name, async (n: number) => n + 1);
const checked: Make = (name) => step({ name, input: z.number(), output: z.number(), run: async (n: number) => n + 1 });
const billed: Make = (name) =>
  step(name, async (n: number, { reportUsage }) => {
    reportUsage({ inputTokens: 1_000, outputTokens: 200, costUsd: 0.000_01 });
    return n + 1;
  });
const estimated: Make = (name) => billed(name).withEstimate({ costUsd: 0.000_02 });
const broken: Make = (name) => plain(name).withCircuitBreaker({ resource: "model" });
const limited: Make = (name) => broken(name).withLimits({ resource: "model", concurrency: 16 });
const busy: Make = (name) =>
  step(name, async (n: number) => {
    const end = performance.now() + WORK_MS;
    while (performance.now() < end);
    return n + 1;
  });

const look = (): void => undefined;
/** The least that a tracer can do: what it makes of an event is its own affair. */
const traced: FlujoModule = (container) => {
  container.register(Telemetry, { useValue: { onEvent: look } satisfies Telemetry as Telemetry });
};
const hooked: FlujoOptions<unknown> = { hooks: [{ onStepStart: look, onStepEnd: look }] };
const BUDGET = { budget: { costUsd: 1_000 } };

/** What a step costs with one thing or another attached to it or to its runner, and what tracing adds to real work. */
export async function benchAttached(): Promise<void> {
  const times = await timeChains(
    {
      nothing: [plain],
      validation: [checked],
      tracing: [plain, { modules: [traced] }],
      both: [checked, { modules: [traced] }],
      hooks: [plain, hooked],
      usage: [billed],
      budget: [billed, BUDGET],
      estimate: [estimated, BUDGET],
      breaker: [broken],
      limits: [limited],
      concurrency: [plain, { concurrency: 16 }],
    },
    RUNS,
    computeMs,
  );
  const row = (what: string, ms: number, beside = times.nothing): [string, string, string] => [
    what,
    micros(ms),
    `${micros(ms - beside)} more`,
  ];
  report(`Processor time of a step in a chain of ${STEPS}, in memory (median of 15)`, [
    ["nothing attached", micros(times.nothing)],
    row("schemas for input and output (zod)", times.validation),
    row("a Telemetry", times.tracing),
    row("a Telemetry and schemas", times.both),
    row("hooks on start and end", times.hooks),
    row("usage reported", times.usage),
    row("usage, and a budget for the run", times.budget, times.usage),
    row("usage, a budget, and an estimate", times.estimate, times.usage),
    row("a circuit breaker", times.breaker),
    row("a circuit breaker and limits", times.limits),
    row("a runner's concurrency", times.concurrency),
  ]);

  const work = await timeChains({ alone: [busy], tracing: [busy, { modules: [traced] }] }, 2);
  report(`A step that works for ${WORK_MS * 1_000} µs (median of 15)`, [
    ["nothing attached", micros(work.alone)],
    ["a Telemetry", micros(work.tracing), `${percent(work.tracing / work.alone - 1)} more`],
  ]);
}

/** Milliseconds a step, for each setting. */
async function timeChains<Name extends string>(
  settings: Readonly<Record<Name, Setting>>,
  runs: number,
  measure?: typeof computeMs,
): Promise<Record<Name, number>> {
  const names = Object.keys(settings) as Name[];
  let flujo: Flujo<number, number> | undefined;
  const drive = async (): Promise<void> => {
    for (let run = 0; run < runs; run++) await flujo?.run(0);
  };
  const times = await race(Object.fromEntries(names.map((name) => [name, drive])) as Record<Name, typeof drive>, {
    rounds: 15,
    warmup: 5,
    ...(measure === undefined ? {} : { measure }),
    prepare: async (name) => {
      // A new one each time: what a runner's backend keeps of its runs is not to grow from round to round.
      await flujo?.[Symbol.asyncDispose]();
      const [make, options] = settings[name];
      flujo = new Flujo(chainOf(STEPS, make), options);
    },
  });
  await flujo?.[Symbol.asyncDispose]();
  return Object.fromEntries(names.map((name) => [name, times[name] / runs / STEPS])) as Record<Name, number>;
}
