import { execFileSync } from "node:child_process";
import {
  type AnyStep,
  branch,
  human,
  identity,
  loop,
  map,
  nested,
  parallel,
  pipeline,
  router,
  Step,
  stateMachine,
  step,
} from "@flujo/dsl";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { buildGraph, type GraphShape, graphShape } from "./random-graph.ts";
import { sample } from "./sample-graph.ts";

const a = step("a", (n: number) => n);
const b = step("b", (n: number) => n);
const until = () => true;
const on = (n: number) => String(n);
const redirecting = (redirects: readonly Step<number, number>[]) =>
  a.withPlugins({ name: "p", redirects, validate: () => ({ success: true }) });
const checked = (input: z.ZodType<number>) => step({ name: "s", input, run: (n) => n });
const typed = (input: z.ZodObject) => step({ name: "s", input, run: (value) => value });
const looped = (more: object) => loop("l", { body: a, until, maxIterations: 3, ...more });
const machine = (more: object): AnyStep =>
  stateMachine("m", {
    start: "x",
    states: { x: a, y: b },
    next: { x: "y", y: "x" },
    final: ["y"],
    maxHops: 9,
    ...more,
  } as never);
class Acme extends Step<number, number> {
  readonly kind = "acme.own";
  readonly size: number;
  constructor(size: number) {
    super("own");
    this.size = size;
  }
  override details() {
    return { size: this.size };
  }
}

/** Pairs that mean different things. */
const DIFFERENT: Record<string, readonly [AnyStep, AnyStep]> = {
  "a name": [a, b],
  "a kind": [step("m", (all: readonly number[]) => all), map("m", a)],
  "the order of a sequence": [a.pipe(b), b.pipe(a)],
  "one step more": [a.pipe(b), a.pipe(b).pipe(a)],
  "a pipeline's name": [pipeline("x", a, b), pipeline("y", a, b)],
  "whether an inner pipeline is named, though both are called alike": [
    map("m", pipeline("a..b", a, b)),
    map("m", a.pipe(b)),
  ],
  "an inner pipeline's policies, which give it a place in paths": [
    map("m", a.pipe(b).withRetry()),
    map("m", a.pipe(b)),
  ],
  "a version": [step({ name: "a", version: "1", run: until }), step({ name: "a", version: "2", run: until })],
  meta: [step({ name: "a", meta: { m: 1 }, run: until }), step({ name: "a", meta: { m: 2 }, run: until })],
  "the order of a list in meta": [
    step({ name: "a", meta: { m: [1, 2] }, run: until }),
    step({ name: "a", meta: { m: [2, 1] }, run: until }),
  ],
  "a schema's bound": [checked(z.number().min(1)), checked(z.number().min(2))],
  "whether there is a schema": [checked(z.number()), step("s", (n: number) => n)],
  "a schema's side": [
    step({ name: "s", input: z.string(), run: (t) => t }),
    step({ name: "s", output: z.string(), run: () => "" }),
  ],
  "a schema's optional property": [typed(z.object({ x: z.string() })), typed(z.object({ x: z.string().optional() }))],
  "an answer's schema": [
    human("h", { prompt: "?", schema: z.string() }),
    human("h", { prompt: "?", schema: z.number() }),
  ],
  "a loop's bound": [looped({ maxIterations: 3 }), looped({ maxIterations: 4 })],
  "a loop's end": [looped({}), looped({ onExhausted: "returnLast" })],
  "whether a loop makes its next input": [looped({}), looped({ next: (n: number) => n })],
  "a branch's label": [parallel("p", { x: a, y: b }), parallel("p", { x: a, z: b })],
  "which branch has which step": [parallel("p", { x: a, y: b }), parallel("p", { x: b, y: a })],
  "a failure mode": [parallel("p", { x: a }), parallel("p", { x: a }, { onFailure: "collect" })],
  "a merge strategy": [map("m", a), map("m", a, { merge: "discard" })],
  "the order of branches where the last one wins": [
    parallel("p", { x: a, y: b }, { merge: "lastBranchWins" }),
    parallel("p", { y: b, x: a }, { merge: "lastBranchWins" }),
  ],
  "whether a branch is parallel or chosen": [
    branch("p", { on, cases: {}, otherwise: a }),
    parallel("p", { otherwise: a }),
  ],
  "a case of the name otherwise": [
    branch("p", { on, cases: {}, otherwise: a }),
    branch("p", { on: () => "otherwise" as const, cases: { otherwise: a } }),
  ],
  "a router's routes": [
    router("r", { select: () => ["x"], routes: { x: a } }),
    router("r", { select: () => ["x"], routes: { x: a, y: b } }),
  ],
  "whether a context comes back": [
    nested("n", a, { into: () => ({}) }),
    nested("n", a, { into: () => ({}), back: () => undefined }),
  ],
  "a start state": [machine({}), machine({ start: "y" })],
  "the final states": [machine({}), machine({ final: ["x", "y"] })],
  "where a state leads": [machine({}), machine({ next: { x: "x", y: "x" } })],
  "who says where a state leads": [
    machine({ states: { x: a, y: b, function: a }, next: { x: "function", function: "y" } }),
    machine({ states: { x: a, y: b, function: a }, next: { x: () => "y", function: "y" } }),
  ],
  "a machine's bound": [machine({}), machine({ maxHops: 8 })],
  "whether there is a fallback": [a, a.withFallback(b)],
  "a fallback's kind": [a.withFallbackValue(0), a.withFallback(b)],
  "a fallback's value": [a.withFallbackValue(0), a.withFallbackValue(1)],
  "a fallback's value that JSON can't tell": [a.withFallbackValue(Infinity), a.withFallbackValue(Number.NaN)],
  "a fallback's step": [a.withFallback(b), a.withFallback(step("c", (n: number) => n))],
  "a fallback's fallback": [a.withFallback(b), a.withFallback(b.withFallbackValue(1))],
  "whether there is a declared redirect": [a, redirecting([b])],
  "a declared redirect's step": [redirecting([b]), redirecting([step("c", (n: number) => n)])],
  "a declared redirect's fallback": [redirecting([b]), redirecting([b.withFallbackValue(1)])],
  "a kind of one's own": [new Acme(1), new Acme(2)],
};

/** Pairs that mean the same. */
const SAME: Record<string, readonly [AnyStep, AnyStep]> = {
  "a function's body": [a, step("a", (n: number) => n * 2)],
  "retries and timeouts": [a, a.withRetry({ maxAttempts: 9 }).withTimeout(5)],
  "what it may use, who may use it and how often": [
    a,
    a
      .withBudget({ costUsd: 1 })
      .withEstimate({ totalTokens: 5 })
      .withLimits({ concurrency: 2 })
      .withCircuitBreaker()
      .asOptional(1),
  ],
  "plugins, validators and processors": [
    a,
    redirecting([])
      .withValidators({ name: "v", validate: () => true })
      .withProcessors({ prompt: (n) => n }),
  ],
  "a resource": [step({ name: "a", run: until }), step({ name: "a", resource: "api", run: until })],
  "retries of the outermost pipeline": [a.pipe(b), a.pipe(b).withRetry()],
  "how many run at a time": [map("m", a), map("m", a, { concurrency: 1 })],
  "the order of branches": [parallel("p", { x: a, y: b }), parallel("p", { y: b, x: a })],
  "the order of cases": [
    branch("p", { on, cases: { x: a, y: b }, otherwise: a }),
    branch("p", { on, cases: { y: b, x: a }, otherwise: a }),
  ],
  "the order of states, of successors and of final states": [
    machine({ final: ["x", "y"] }),
    machine({ states: { y: b, x: a }, next: { y: "x", x: "y" }, final: ["y", "x", "y"] }),
  ],
  "where a final state would have led": [machine({}), machine({ next: { x: "y" } })],
  "the order of a schema's properties": [
    typed(z.object({ x: z.string(), y: z.enum(["m", "n"]) })),
    typed(z.object({ y: z.enum(["n", "m"]), x: z.string() })),
  ],
  "the order of keys in meta": [
    step({ name: "a", meta: { m: 1, n: 2 }, run: until }),
    step({ name: "a", meta: { n: 2, m: 1 }, run: until }),
  ],
  "the order of keys in a fallback's value": [
    step("o", () => ({ x: 1, y: 2 })).withFallbackValue({ x: 0, y: 0 }),
    step("o", () => ({ x: 1, y: 2 })).withFallbackValue({ y: 0, x: 0 }),
  ],
  "identity beside it": [a.pipe(b), identity<number>().pipe(a).pipe(identity()).pipe(b)],
  "how it was piped": [a.pipe(b.pipe(a)), a.pipe(b).pipe(a)],
};

describe("the fingerprint", () => {
  test.each(Object.entries(DIFFERENT))("changes with %s, also deep inside", (_what, [one, other]) => {
    expect(one.fingerprint()).not.toBe(other.fingerprint());
    expect(deep(one).fingerprint()).not.toBe(deep(other).fingerprint());
  });

  test.each(Object.entries(SAME))("does not change with %s", (_what, [one, other]) => {
    expect(one.fingerprint()).toBe(other.fingerprint());
  });

  test("is the same for a graph that is built again, and for one with other retries, timeouts, budgets and limits", {
    timeout: 60_000,
  }, () => {
    const tried = (shape: GraphShape): GraphShape =>
      shape.kind === "chain" ? shape : { ...shape, policies: { ...shape.policies, ...POLICIES } };
    fc.assert(
      fc.property(graphShape, (shape) => {
        const fingerprint = buildGraph(shape).fingerprint();
        expect(fingerprint).toMatch(/^f1:[0-9a-f]{32}$/);
        expect(buildGraph(shape).fingerprint()).toBe(fingerprint);
        expect(buildGraph(tried(shape)).fingerprint()).toBe(fingerprint);
      }),
      { numRuns: 300 },
    );
  });

  test("tells random graphs apart exactly where their names, kinds or structure differ", { timeout: 60_000 }, () => {
    const outline = (step: AnyStep): unknown => JSON.stringify(step.describe());
    fc.assert(
      fc.property(graphShape, graphShape, fc.string(), (x, y, suffix) => {
        const graph = buildGraph(x);
        const other = buildGraph(y);
        if (graph.fingerprint() === other.fingerprint()) {
          expect(outline(graph)).toBe(outline(other));
        }
        // Anywhere in the graph, one name is enough.
        const renamed = {
          kind: "named",
          name: "n",
          policies: {},
          parts: [x, { ...y, kind: "human", schema: "text" }],
        } as GraphShape;
        const again = {
          ...renamed,
          parts: [x, { ...y, kind: "human", schema: "text", name: `${y.name}.${suffix}` }],
        } as GraphShape;
        expect(buildGraph(renamed).fingerprint()).not.toBe(buildGraph(again).fingerprint());
      }),
      { numRuns: 300 },
    );
  });

  test("is the same in every process", { timeout: 60_000 }, () => {
    const program = 'import { sample } from "./sample-graph.ts"; process.stdout.write(sample.fingerprint());';
    // On the sources, as all tests are; parameter properties there need more than types to be stripped.
    const flags = ["-C", "@flujo/source", "--experimental-transform-types", "--no-warnings", "--input-type=module"];
    const run = (): string =>
      execFileSync(process.execPath, [...flags, "-e", program], { cwd: import.meta.dirname, encoding: "utf8" });
    const fingerprint = sample.fingerprint();
    expect([run(), run()]).toEqual([fingerprint, fingerprint]);
  });
});

/** Policies that say how a step is tried, not what it means. */
const POLICIES: GraphShape["policies"] = {
  retry: 4,
  timeoutMs: 11,
  budget: { costUsd: 7 },
  limits: { concurrency: 7 },
  breaker: false,
  optional: [7],
};

/** The step in a place far from the outermost. */
function deep(inner: AnyStep): AnyStep {
  const number = inner as Step<number, number>;
  return branch("far", {
    on,
    cases: {},
    otherwise: map("each", looped({}).withFallback(pipeline("in", a, number))) as AnyStep as Step<number, unknown>,
  });
}
