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
      .withProcessors({ prompt: (n) => n })
      .withPlugins({
        name: "p",
        redirects: [step({ name: "d", resource: "api", run: (n: number) => n })],
        validate: () => ({ success: true }),
      })
      .withValidators({ name: "v", validate: () => true })
      .withBudget({ costUsd: 0.1 })
      .withEstimate({ totalTokens: 5 })
      .withLimits({ resource: "api", concurrency: 2 })
      .withCircuitBreaker()
      .asOptional(0)
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
  "an unknown policy": (d) => Object.assign(d.policies, { hedge: {} }),
  "half a cache": (d) => Object.assign(d.policies, { cache: {} }),
  "a resource without a name": (d) => Object.assign(d.policies.redirects[0], { resource: " " }),
  "an elapsed time of 0": (d) => Object.assign(d.policies.retry, { maxElapsedMs: 0 }),
  "a processor that is written": (d) => Object.assign(d.policies.processors, { prompt: ["trim"] }),
  "no processors": (d) => Object.assign(d.policies, { processors: {} }),
  "a redirect with a role": (d) => Object.assign(d.policies.redirects[0], { role: "next" }),
  "a redirect to nothing": (d) => Object.assign(d.policies, { redirects: [] }),
  "one validator twice": (d) => Object.assign(d.policies, { validators: ["v", "v"] }),
  "an empty budget": (d) => Object.assign(d.policies, { budget: {} }),
  "a budget below 0": (d) => Object.assign(d.policies.budget, { costUsd: -1 }),
  "a budget in pico-dollars": (d) => Object.assign(d.policies.budget, { costPico: 1 }),
  "an unknown estimate": (d) => Object.assign(d.policies, { estimate: "guess" }),
  "half a token": (d) => Object.assign(d.policies.estimate, { totalTokens: 0.5 }),
  "limits of nothing": (d) => delete d.policies.limits.concurrency,
  "no calls at a time": (d) => Object.assign(d.policies.limits, { concurrency: 0 }),
  "an unknown limit": (d) => Object.assign(d.policies.limits, { rpm: 1 }),
  "half a breaker": (d) => delete d.policies.circuitBreaker.openMs,
  "a breaker that is true": (d) => Object.assign(d.policies, { circuitBreaker: true }),
  "more failures than calls": (d) => Object.assign(d.policies.circuitBreaker, { failureRate: 2 }),
  "an optional step with its value": (d) => Object.assign(d.policies, { optional: { value: 0 } }),
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
