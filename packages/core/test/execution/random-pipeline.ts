import { branch, loop, map, parallel, pipeline, type Step, step } from "@flujo/dsl";
import fc from "fast-check";

/** Any step from a number to a number. */
export type NumberStep = Step<number, number>;

/** A graph as data, so that the same one can be built again in another "process". */
export type Shape =
  | { readonly kind: "leaf"; readonly add: number; readonly delayMs: number; readonly failures: number }
  | { readonly kind: "chain" | "named"; readonly parts: readonly Shape[] }
  | { readonly kind: "parallel"; readonly parts: readonly Shape[] }
  | { readonly kind: "branch"; readonly even: Shape; readonly odd: Shape }
  | { readonly kind: "loop"; readonly body: Shape; readonly times: number }
  | { readonly kind: "map"; readonly body: Shape; readonly items: number };

export const { shape } = fc.letrec<{ shape: Shape; leaf: Shape; parts: readonly Shape[] }>((tie) => ({
  leaf: fc.record({
    kind: fc.constant("leaf" as const),
    add: fc.integer({ min: -5, max: 5 }),
    delayMs: fc.integer({ min: 0, max: 2 }),
    failures: fc.integer({ min: 0, max: 1 }),
  }),
  parts: fc.array(tie("shape"), { minLength: 1, maxLength: 3 }),
  shape: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    tie("leaf"),
    fc.record({ kind: fc.constantFrom("chain" as const, "named" as const), parts: tie("parts") }),
    fc.record({ kind: fc.constant("parallel" as const), parts: tie("parts") }),
    fc.record({ kind: fc.constant("branch" as const), even: tie("shape"), odd: tie("shape") }),
    fc.record({ kind: fc.constant("loop" as const), body: tie("shape"), times: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant("map" as const), body: tie("shape"), items: fc.integer({ min: 0, max: 3 }) }),
  ),
}));

/** Builds a shape; each leaf calls `onWork` with its path when its function runs to its end. */
export function build(shape: Shape, onWork: (path: string) => void, name = "n"): NumberStep {
  switch (shape.kind) {
    case "leaf":
      return step(name, async (value: number, { attempt, path }) => {
        if (shape.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, shape.delayMs));
        if (attempt <= shape.failures) throw new Error("not yet");
        onWork(path);
        return value + shape.add;
      }).withRetry({ maxAttempts: 2, initialDelayMs: 0 });
    case "chain":
    case "named": {
      const [first, ...rest] = shape.parts.map((part, index) => build(part, onWork, `${name}${index}`));
      const chain = rest.reduce<NumberStep>((whole, next) => whole.pipe(next), first as NumberStep);
      return shape.kind === "named" ? pipeline(name, chain) : chain;
    }
    case "parallel": {
      const branches = Object.fromEntries(
        shape.parts.map((part, index) => [`b${index}`, build(part, onWork, `${name}b${index}`)]),
      );
      const sum = step(`${name}sum`, (all: Record<string, number>) => Object.values(all).reduce((a, b) => a + b, 0));
      return pipeline(`${name}p`, parallel(name, branches), sum);
    }
    case "branch":
      return branch(name, {
        on: (value: number) => value % 2 === 0,
        cases: { true: build(shape.even, onWork, `${name}t`), false: build(shape.odd, onWork, `${name}f`) },
      });
    case "loop":
      return loop(name, {
        body: build(shape.body, onWork, `${name}l`),
        until: (_value, { iteration }) => iteration >= shape.times,
        maxIterations: shape.times,
      });
    case "map": {
      const items = step(`${name}i`, (value: number) =>
        Array.from({ length: shape.items }, (_, index) => value + index),
      );
      const sum = step(`${name}s`, (all: number[]) => all.reduce((a, b) => a + b, 0));
      return pipeline(`${name}m`, items, map(name, build(shape.body, onWork, `${name}e`)), sum);
    }
  }
}
