import { branch, loop, parallel, type Step, step } from "@flujo/dsl";
import { z } from "zod";

const parse = step({
  name: "é🦀",
  input: z.object({ x: z.number().min(1), y: z.string() }),
  run: ({ x }) => x,
  meta: { model: "m", tools: ["a", "b"] },
});
const again: Step<number, number> = loop("again", {
  body: step("half", (n: number) => n / 2),
  until: (n) => n < 1,
  maxIterations: 3,
}).withFallbackValue(-0.5);

/** A graph that one process after another can make. */
export const sample: Step<{ x: number; y: string }, unknown> = parse.pipe(
  parallel("p", { again, c: branch("c", { on: (n: number) => String(n), cases: { one: again }, otherwise: again }) }),
);
