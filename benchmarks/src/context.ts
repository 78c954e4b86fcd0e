import { Flujo } from "@flujo/core";
import { steps } from "@flujo/dsl";
import { chainOf } from "./chain-of.ts";
import { micros, ratio, report } from "./report.ts";
import { race } from "./statistics.ts";

const KEYS = 500;
const STEPS = 100;

interface Nested {
  readonly parts: Record<string, { readonly facts: { count: number; readonly tags: string[] } }>;
}

const nested = (): Nested => ({
  parts: Object.fromEntries(
    Array.from({ length: KEYS }, (_, index) => [`k${index}`, { facts: { count: 0, tags: ["a", "b"] } }]),
  ),
});

/** What a change of the context costs where it has many keys, beside a copy of the whole of it. */
export async function benchContext(): Promise<void> {
  const { step } = steps<Nested>();
  const [small, large] = [{ parts: { k0: { facts: { count: 0, tags: [] } } } }, nested()];
  const updating = (name: string) =>
    step(name, async (n: number, { update }) => {
      update((draft) => {
        const part = draft.parts[`k${n % KEYS}`] ?? draft.parts["k0"];
        if (part !== undefined) part.facts.count += 1;
      });
      return n + 1;
    });
  const reading = (name: string) =>
    step(name, async (n: number, { context }) => n + (context.parts["k0"]?.facts.count ?? 0) + 1);
  await using still = new Flujo(chainOf(STEPS, reading), { context: large });
  await using little = new Flujo(chainOf(STEPS, updating), { context: small });
  await using much = new Flujo(chainOf(STEPS, updating), { context: large });
  const times = await race(
    {
      reads: () => still.run(0),
      small: () => little.run(0),
      large: () => much.run(0),
      copies: () => {
        let copy = large;
        for (let index = 0; index < STEPS; index++) copy = structuredClone(copy);
      },
    },
    { rounds: 15, warmup: 5 },
  );
  report(`A step in a chain of ${STEPS} with a context of ${KEYS} nested keys (median of 15)`, [
    ["reads it", micros(times.reads / STEPS)],
    ["changes one key", micros(times.large / STEPS), `${ratio(times.large, times.small)} one key of a context of one`],
    ["a structuredClone of it", micros(times.copies / STEPS)],
  ]);
}
