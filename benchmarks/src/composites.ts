import { Flujo } from "@flujo/core";
import { loop, map, parallel, type Step, step } from "@flujo/dsl";
import { micros, ratio, report } from "./report.ts";
import { race } from "./statistics.ts";

const ITERATIONS = 1_000;
const BRANCHES = 50;
const ITEMS = 10_000;

const add = async (n: number): Promise<number> => n + 1;
const body = (): Step<number, number> => step("body", add);

/** What a loop's iteration, a parallel's branch and a map's item cost, beside the same work in plain promises. */
export async function benchComposites(): Promise<void> {
  const items = Array.from({ length: ITEMS }, (_, index) => index);
  const branches = Object.fromEntries(Array.from({ length: BRANCHES }, (_, index) => [`b${index}`, body()]));
  await using looping = new Flujo(
    loop("again", { body: body(), until: (n) => n >= ITERATIONS, maxIterations: ITERATIONS }),
  );
  await using fanning = new Flujo(parallel("fan", branches));
  await using mapping = new Flujo(map("each", body()));
  const RUNS = 20;
  const times = await race(
    {
      rawLoop: async () => {
        for (let n = 0; n < ITERATIONS; ) n = await add(n);
      },
      loop: () => looping.run(0),
      rawBranches: async () => {
        for (let run = 0; run < RUNS; run++) await Promise.all(Array.from({ length: BRANCHES }, () => add(run)));
      },
      branches: async () => {
        for (let run = 0; run < RUNS; run++) await fanning.run(run);
      },
      rawItems: () => Promise.all(items.map(add)),
      items: () => mapping.run(items),
    },
    { rounds: 11, warmup: 3 },
  );
  const rows = (
    what: string,
    name: "loop" | "branches" | "items",
    raw: "rawLoop" | "rawBranches" | "rawItems",
    count: number,
  ): [string, string, string] => [
    what,
    micros(times[name] / count),
    `${micros(times[raw] / count)} in plain promises, ${ratio(times[name], times[raw])}`,
  ];
  report("A part of a composite, in memory (median of 11)", [
    rows(`an iteration of a loop of ${ITERATIONS}`, "loop", "rawLoop", ITERATIONS),
    rows(`a branch of ${BRANCHES}`, "branches", "rawBranches", BRANCHES * RUNS),
    rows(`an item of a map of ${ITEMS}`, "items", "rawItems", ITEMS),
  ]);
}
