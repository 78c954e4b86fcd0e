import { type AnyStep, step } from "@flujo/dsl";
import schema from "@flujo/dsl/step-description.schema.json" with { type: "json" };
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { buildGraph, graphShape } from "./random-graph.ts";

const isDescription = new Ajv2020({ allErrors: true }).compile(schema);

/** A description as it is stored: JSON text, read again. */
const stored = (step: AnyStep): Json => JSON.parse(JSON.stringify(step.describe()));
// biome-ignore lint/suspicious/noExplicitAny: mutations reach into JSON of any form
type Json = any;

test("every description is what the published schema says", { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(graphShape, (shape) => {
      expect(isDescription(stored(buildGraph(shape))), JSON.stringify(isDescription.errors)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

const sound = (): Json =>
  stored(
    step("a", (n: number) => n)
      .pipe(step("b", (n: number) => n))
      .withRetry()
      .withTimeout(5)
      .withFallback(step("c", (n: number) => n)),
  );

const MUTATIONS: Record<string, (description: Json) => void> = {
  "no name": (d) => delete d.name,
  "a blank name": (d) => Object.assign(d, { name: " \n" }),
  "no kind": (d) => delete d.kind,
  "a kind that is no text": (d) => Object.assign(d, { kind: 1 }),
  "a property of its own": (d) => Object.assign(d, { extra: true }),
  "an outermost step with a role": (d) => Object.assign(d, { role: "next" }),
  "empty details": (d) => Object.assign(d, { details: {} }),
  "no children in children": (d) => Object.assign(d, { children: [] }),
  "a child without role": (d) => delete d.children[0].role,
  "a child of an unknown role": (d) => Object.assign(d.children[0], { role: "after" }),
  "a child with a property of its own": (d) => Object.assign(d.children[1], { extra: true }),
  "a child without name": (d) => delete d.children[1].name,
  "an unknown policy": (d) => Object.assign(d.policies, { cache: {} }),
  "a timeout of 0": (d) => Object.assign(d.policies, { timeoutMs: 0 }),
  "no attempts": (d) => Object.assign(d.policies.retry, { maxAttempts: 0 }),
  "an unknown jitter": (d) => Object.assign(d.policies.retry, { jitter: "some" }),
  "half a retry": (d) => delete d.policies.retry.factor,
  "a fallback that is nothing": (d) => Object.assign(d.policies, { fallback: {} }),
  "a fallback with its value": (d) => Object.assign(d.policies, { fallback: { value: 7 } }),
  "a fallback with a role": (d) => Object.assign(d.policies.fallback.step, { role: "next" }),
};

test.each(Object.entries(MUTATIONS))("the schema refuses %s", (_what, mutate) => {
  const description = sound();
  expect(isDescription(description)).toBe(true);
  mutate(description);
  expect(isDescription(description)).toBe(false);
});
