import { Flujo } from "@flujo/core";
import { loop, map, type Step, step } from "@flujo/dsl";
import { heapInUse } from "./heap.ts";
import { bytes, micros, ratio, report } from "./report.ts";
import { computeMs, median } from "./statistics.ts";

const SIZES = [100, 1_000, 10_000, 100_000] as const;
const ROUNDS = 5;
/** Steps in a measurement, whatever their number in a run. */
const STEPS = Math.max(...SIZES);

const body = (): Step<number, number> => step("body", async (n: number) => n + 1);

interface Subject {
  readonly what: string;
  readonly make: (size: number) => Flujo<never, unknown>;
  readonly input: (size: number) => unknown;
}

const SUBJECTS: readonly Subject[] = [
  {
    what: "iteration of a loop",
    make: (size) => new Flujo(loop("again", { body: body(), until: (n) => n >= size, maxIterations: size })),
    input: () => 0,
  },
  {
    what: "item of a map",
    make: () => new Flujo(map("each", body())),
    input: (size) => Array.from({ length: size }, (_, index) => index),
  },
];

/** Whether a step costs the same, in time and in memory that its run keeps, however many steps the run has. */
export async function benchScale(): Promise<void> {
  for (const subject of SUBJECTS) {
    const measured = await measure(subject);
    const [least] = measured.values();
    report(
      `Processor time of each ${subject.what}, by their number (median of ${ROUNDS})`,
      [...measured].map(([size, { ms, heap }]) => [
        size.toLocaleString("en"),
        micros(ms),
        `${ratio(ms, least?.ms ?? Number.NaN)} that of ${SIZES[0]}, ${bytes(heap)} kept`,
      ]),
    );
  }
}

/** Milliseconds, and bytes kept, for a step of a run of each size. */
async function measure({ make, input }: Subject): Promise<ReadonlyMap<number, { ms: number; heap: number }>> {
  const times = new Map(SIZES.map((size) => [size, { ms: [] as number[], heap: 0 }]));
  for (let round = -1; round < ROUNDS; round++) {
    for (const [size, taken] of times) {
      await using flujo = make(size);
      const given = input(size) as never;
      const before = heapInUse();
      const ms = await computeMs(async () => {
        for (let run = 0; run < STEPS / size; run++) await flujo.run(given);
      });
      if (round < 0) taken.heap = (heapInUse() - before) / STEPS;
      else taken.ms.push(ms / STEPS);
    }
  }
  return new Map([...times].map(([size, { ms, heap }]) => [size, { ms: median(ms), heap }]));
}
