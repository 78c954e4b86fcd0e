import { IdentityStep } from "@flujo/dsl";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildGraph, graphShape, pipe } from "./graph/random-graph.ts";

const runs = { numRuns: 200 };
/** In milliseconds: a graph takes a few, most of it to be made up. */
const timeout = 60_000;

test("steps are closed under what joins them: any graph builds, validates, draws and describes, always alike", {
  timeout,
}, () => {
  fc.assert(
    fc.property(graphShape, (shape) => {
      const graph = buildGraph(shape);
      for (const { rule, severity, path } of graph.validateGraph()) {
        expect([rule, severity, path]).toEqual([
          expect.stringMatching(/^FLJ\d{3}$/),
          expect.any(String),
          expect.any(String),
        ]);
      }
      const again = buildGraph(shape);
      expect(graph.toMermaid()).toMatch(/^flowchart TD\n {2}/);
      expect(again.toMermaid()).toBe(graph.toMermaid());
      const description = JSON.stringify(graph.describe());
      expect(JSON.stringify(graph.describe())).toBe(description);
      expect(JSON.stringify(again.describe())).toBe(description);
    }),
    runs,
  );
});

test("steps are immutable: frozen all the way down, and looking at one or building on it changes nothing", {
  timeout,
}, () => {
  const frozen = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    expect(Object.isFrozen(value)).toBe(true);
  };
  fc.assert(
    fc.property(graphShape, graphShape, (x, y) => {
      const graph = buildGraph(x);
      const before = JSON.stringify(graph.describe());
      const visit = (step: typeof graph): void => {
        frozen(step);
        frozen(step.policies);
        for (const policy of Object.values(step.policies)) frozen(policy);
        frozen(step.policies.processors?.prompt);
        frozen(step.policies.processors?.output);
        for (const child of step.children()) visit(child.step);
      };
      visit(graph);
      const built = pipe(graph, buildGraph(y))
        .withRetry()
        .withTimeout(7)
        .withProcessors({ prompt: (value: never) => value })
        .withValidators({ name: "\u{0}", validate: () => true })
        .withBudget({ costUsd: 1 })
        .withEstimate({ costUsd: 1 })
        .withLimits({ concurrency: 1 })
        .withCircuitBreaker()
        .asOptional(0 as never)
        .withFallbackValue(0 as never);
      built.validateGraph();
      built.toMermaid();
      built.fingerprint();
      visit(built);
      expect(JSON.stringify(graph.describe())).toBe(before);
    }),
    runs,
  );
});

describe("pipe", () => {
  test("is associative", { timeout }, () => {
    fc.assert(
      fc.property(graphShape, graphShape, graphShape, (x, y, z) => {
        const [a, b, c] = [buildGraph(x), buildGraph(y), buildGraph(z)];
        const left = pipe(pipe(a, b), c);
        const right = pipe(a, pipe(b, c));
        expect(left.describe()).toEqual(right.describe());
        expect(left.toMermaid()).toBe(right.toMermaid());
        expect(left.fingerprint()).toBe(right.fingerprint());
      }),
      runs,
    );
  });

  test("has identity as its unit", { timeout }, () => {
    fc.assert(
      fc.property(graphShape, graphShape, (x, y) => {
        const [a, b] = [buildGraph(x), buildGraph(y)];
        const unit = new IdentityStep();
        const chain = pipe(a, b);
        for (const same of [pipe(unit, chain), pipe(chain, unit), pipe(pipe(a, unit), b)]) {
          expect(same.describe()).toEqual(chain.describe());
          expect(same.fingerprint()).toBe(chain.fingerprint());
        }
        // Piped to nothing but identity, a step is written as a pipeline of one, and means the same.
        for (const same of [pipe(unit, a), pipe(a, unit)]) {
          expect(same.toMermaid()).toBe(pipe(unit, a).toMermaid());
          expect(same.fingerprint()).toBe(a.fingerprint());
        }
      }),
      runs,
    );
  });
});
