import {
  type AnyStep,
  type CircuitBreakerPolicy,
  ConditionalStep,
  FunctionStep,
  HumanStep,
  IdentityStep,
  type LimitsPolicy,
  LoopStep,
  MapStep,
  NestedStep,
  ParallelStep,
  Pipeline,
  RouterStep,
  StateMachineStep,
  Step,
  type StepChild,
  type StepEdge,
} from "@flujo/dsl";
import fc from "fast-check";
import { z } from "zod";

/** A graph as data, so that the same one can be built again, in this process or another. */
export type GraphShape = {
  readonly name: string;
  readonly policies: {
    readonly retry?: number;
    readonly timeoutMs?: number;
    readonly cacheMs?: number;
    readonly elapsedMs?: number;
    readonly plugins?: readonly string[];
    readonly redirects?: readonly GraphShape[];
    readonly validators?: readonly string[];
    readonly processors?: { readonly prompt?: number; readonly output?: number };
    readonly budget?: Amounts;
    readonly estimate?: Amounts | "function";
    readonly limits?: LimitsPolicy;
    readonly breaker?: CircuitBreakerPolicy | false;
    readonly optional?: readonly [value: unknown];
    readonly fallback?: { readonly value: unknown } | { readonly step: GraphShape };
  };
} & (
  | {
      readonly kind: "step";
      readonly version?: string;
      readonly input?: SchemaName;
      readonly output?: SchemaName;
      readonly meta?: Readonly<Record<string, unknown>>;
      readonly resource?: string;
    }
  | { readonly kind: "identity" }
  | { readonly kind: "human"; readonly schema: SchemaName }
  | { readonly kind: "chain" | "named"; readonly parts: readonly GraphShape[] }
  | {
      readonly kind: "parallel" | "router";
      readonly parts: Labelled;
      readonly onFailure: OnFailure;
      readonly merge: Merge;
    }
  | { readonly kind: "branch"; readonly parts: Labelled; readonly otherwise?: GraphShape }
  | {
      readonly kind: "loop";
      readonly body: GraphShape;
      readonly times: number;
      readonly onExhausted: "fail" | "returnLast";
    }
  | { readonly kind: "map"; readonly body: GraphShape; readonly onFailure: OnFailure; readonly merge: Merge }
  | { readonly kind: "nested"; readonly body: GraphShape; readonly back: boolean }
  | {
      readonly kind: "stateMachine";
      readonly parts: Labelled;
      /** For each state its successor's number, modulo their count; `null` has a function decide. */
      readonly next: readonly (number | null)[];
      readonly start: number;
      readonly final: readonly number[];
      readonly maxHops: number;
    }
  | { readonly kind: "acme.relay"; readonly parts: readonly GraphShape[]; readonly hops: number }
);

type Amounts = { readonly costUsd: number } | { readonly totalTokens: number };
type Labelled = readonly (readonly [label: string, part: GraphShape])[];
type OnFailure = "failFast" | "collect";
type Merge = "errorOnConflict" | "lastBranchWins" | "keepFirst" | "discard" | "function";
type SchemaName = keyof typeof SCHEMAS;

const SCHEMAS = {
  text: z.string(),
  count: z.number().int().min(0),
  ticket: z.object({ id: z.number(), kind: z.enum(["bug", "question"]), note: z.string().optional() }),
  date: z.date(),
} as const;

/** A kind of another package's: its parts in a ring, which is left where it was entered. */
class RelayStep extends Step<never, unknown, never> {
  readonly kind = "acme.relay";
  readonly parts: readonly AnyStep[];
  readonly hops: number;

  constructor(name: string, parts: readonly AnyStep[], hops: number) {
    super(name);
    this.parts = Object.freeze([...parts]);
    this.hops = hops;
    Object.freeze(this);
  }

  override children(): readonly StepChild[] {
    return this.parts.map((step) => ({ role: "next", step }));
  }

  override details(): Readonly<Record<string, unknown>> {
    return { hops: this.hops };
  }

  override edges(): readonly StepEdge[] {
    const ring = this.parts.map((_, from): StepEdge => ({ from, to: (from + 1) % this.parts.length, decided: true }));
    return [{ from: "start", to: 0, label: "<in>" }, ...ring, { from: 0, to: "end" }];
  }

  override notes(): readonly string[] {
    return [`"${this.hops}" hops`];
  }
}

const HOSTILE_NAMES = [
  'say "hi"',
  "a]b",
  "{x}",
  "((y))",
  "end",
  "subgraph x",
  "two\nlines",
  "carriage\r\nreturn",
  "<b>bold</b>",
  "<script>alert(1)</script>",
  "&amp;",
  "#35;",
  "#quot;",
  "🦀 & é",
  "👩‍👩‍👧‍👦",
  "a|b",
  "`x`",
  "**x** _y_ 1. z",
  "1. first",
  "- item",
  "%% comment",
  "%%{init: {}}%%",
  "---",
  "a --> b",
  "click n0 callback",
  "style n0 fill:#f00;",
  "classDef x fill:#f00;",
  "fa:fa-car",
  "$$x^2$$",
  "ﬂ°°35¶ß",
  "مرحبا",
  "हिन्दी",
  "__proto__",
  "constructor",
  "a/b[c]#1@2~3!4:5%",
  "  spaces  within   and around  ",
  "\u{0}\u{7f}\u{85}",
  "\u{d800}",
  "o",
  "x",
  "1",
];

/** Any text that a name may be: not blank. */
const anyName: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_NAMES) },
    { weight: 1, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 12 }) },
  )
  .filter((name) => name.trim() !== "");

const amounts: fc.Arbitrary<Amounts> = fc.oneof(
  fc.record({ costUsd: fc.double({ min: 0, max: 1e9, noNaN: true }) }),
  fc.record({ totalTokens: fc.nat() }),
);

const limitsOf = (resource: fc.Arbitrary<string>): fc.Arbitrary<LimitsPolicy> =>
  fc.record(
    {
      resource,
      concurrency: fc.integer({ min: 1, max: 9 }),
      requestsPerMinute: fc.double({ min: 0.1, max: 1e6, noNaN: true }),
      tokensPerMinute: fc.integer({ min: 1 }),
    },
    { requiredKeys: ["concurrency"] },
  );

const breakerOf = (resource: fc.Arbitrary<string>): fc.Arbitrary<CircuitBreakerPolicy | false> =>
  fc.oneof(
    fc.constant(false as const),
    fc.record({ resource, slowCallMs: fc.constantFrom(5, Infinity) }, { requiredKeys: [] }),
  );

const DEPTH = 6;
const depthIdentifier = fc.createDepthIdentifier();

/** Any graph up to six steps deep, of all kinds, with names and labels that could mean something elsewhere. */
export const { graph: graphShape } = fc.letrec<{
  graph: GraphShape;
  leaf: GraphShape;
  target: GraphShape;
  parts: readonly GraphShape[];
  labelled: Labelled;
}>((tie) => {
  const onFailure = fc.constantFrom<OnFailure>("failFast", "collect");
  const merge = fc.constantFrom<Merge>("errorOnConflict", "lastBranchWins", "keepFirst", "discard", "function");
  const schema = fc.constantFrom(...(Object.keys(SCHEMAS) as SchemaName[]));
  const common = {
    name: anyName,
    policies: fc.record(
      {
        retry: fc.integer({ min: 1, max: 5 }),
        timeoutMs: fc.integer({ min: 1, max: 60_000 }),
        cacheMs: fc.constantFrom(1, 60_000, Infinity),
        elapsedMs: fc.integer({ min: 1, max: 60_000 }),
        plugins: fc.uniqueArray(anyName, { minLength: 1, maxLength: 2 }),
        redirects: fc.array(tie("target"), { minLength: 1, maxLength: 2 }),
        validators: fc.uniqueArray(anyName, { minLength: 1, maxLength: 2 }),
        processors: fc.oneof(
          fc.record({ prompt: fc.nat({ max: 2 }) }),
          fc.record({ prompt: fc.nat({ max: 2 }), output: fc.nat({ max: 2 }) }),
        ),
        budget: amounts,
        estimate: fc.oneof(amounts, fc.constant("function" as const)),
        limits: limitsOf(anyName),
        breaker: breakerOf(anyName),
        optional: fc.tuple(fc.constantFrom(undefined, null, 0, "x", 1n)),
        fallback: fc.oneof(
          fc.record({ value: fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(undefined, 1n, NaN)) }),
          fc.record({ step: tie("leaf") }),
        ),
      },
      { requiredKeys: [] },
    ),
  };
  const of = <Kind extends GraphShape["kind"], Fields>(
    kind: Kind,
    fields: { [K in keyof Fields]: fc.Arbitrary<Fields[K]> },
  ) => fc.record({ kind: fc.constant(kind), ...common, ...fields });
  const leaf = fc.oneof(
    fc
      .record(
        {
          version: anyName,
          input: schema,
          output: schema,
          meta: fc.dictionary(anyName, fc.jsonValue({ maxDepth: 1 })),
          resource: anyName,
        },
        { requiredKeys: [] },
      )
      .chain((fields) => of("step", {}).map((step) => ({ ...step, ...fields }))),
    of("identity", {}),
    of("human", { schema }),
  ) as fc.Arbitrary<GraphShape>;
  return {
    leaf,
    // Most have no policies: leaves that lead to leaves that lead to more would rarely come to an end.
    target: fc.oneof(
      {
        weight: 7,
        arbitrary: fc.record({ kind: fc.constant("step" as const), name: anyName, policies: fc.constant({}) }),
      },
      { weight: 1, arbitrary: tie("leaf") },
    ) as fc.Arbitrary<GraphShape>,
    parts: fc.array(tie("graph"), { minLength: 1, maxLength: 3, depthIdentifier }),
    labelled: fc
      .uniqueArray(fc.tuple(anyName, tie("graph")), {
        minLength: 1,
        maxLength: 3,
        selector: ([label]) => label,
        depthIdentifier,
      })
      // "otherwise" can't be a case's name where there is an otherwise.
      .filter((parts) => parts.every(([label]) => label !== "otherwise")),
    graph: fc.oneof(
      { maxDepth: DEPTH - 1, depthSize: "small", depthIdentifier, withCrossShrink: true },
      tie("leaf"),
      of("chain", { parts: tie("parts") }),
      of("named", { parts: tie("parts") }),
      of("parallel", { parts: tie("labelled"), onFailure, merge }),
      of("router", { parts: tie("labelled"), onFailure, merge }),
      of("branch", { parts: tie("labelled") }),
      of("branch", { parts: tie("labelled"), otherwise: tie("graph") }),
      of("loop", {
        body: tie("graph"),
        times: fc.integer({ min: 1, max: 9 }),
        onExhausted: fc.constantFrom("fail" as const, "returnLast" as const),
      }),
      of("map", { body: tie("graph"), onFailure, merge }),
      of("nested", { body: tie("graph"), back: fc.boolean() }),
      of("stateMachine", {
        parts: tie("labelled"),
        next: fc.array(fc.option(fc.nat({ max: 2 })), { minLength: 3, maxLength: 3 }),
        start: fc.nat({ max: 2 }),
        final: fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 3 }),
        maxHops: fc.integer({ min: 1, max: 9 }),
      }),
      of("acme.relay", { parts: tie("parts"), hops: fc.integer({ min: 1, max: 9 }) }),
    ) as fc.Arbitrary<GraphShape>,
  };
});

/** Builds a shape: equal shapes give graphs of equal meaning. */
export function buildGraph(shape: GraphShape): AnyStep {
  const { retry, elapsedMs = Infinity, timeoutMs, cacheMs, plugins, redirects, validators, ...others } = shape.policies;
  const { processors, budget, estimate, limits, breaker, optional, fallback } = others;
  let built: Step<never, unknown, never> = buildBare(shape);
  if (retry !== undefined) built = built.withRetry({ maxAttempts: retry, maxElapsedMs: elapsedMs });
  if (timeoutMs !== undefined) built = built.withTimeout(timeoutMs);
  if (cacheMs !== undefined) built = built.withCache({ ttlMs: cacheMs, key: () => 1 });
  for (const name of plugins ?? []) {
    // A pipeline of one pipeline is that pipeline, plugins and all.
    if (built.policies.plugins?.some((plugin) => plugin.name === name)) continue;
    const targets = (redirects ?? []).map(buildGraph) as Step<never, never>[];
    built = built.withPlugins({ name, validate: () => ({ success: true }), redirects: targets });
  }
  for (const name of validators ?? []) {
    if (built.policies.validators?.some((validator) => validator.name === name)) continue;
    built = built.withValidators({ name, validate: () => true });
  }
  if (processors !== undefined) built = built.withProcessors(processorsOf(processors));
  if (budget !== undefined) built = built.withBudget(budget);
  if (estimate !== undefined) built = built.withEstimate(estimate === "function" ? () => ({ costUsd: 1 }) : estimate);
  if (limits !== undefined) built = built.withLimits(limits);
  if (breaker !== undefined) built = built.withCircuitBreaker(breaker);
  if (optional !== undefined) built = built.asOptional(optional[0]);
  if (fallback === undefined) return built;
  return "step" in fallback
    ? built.withFallback(buildGraph(fallback.step) as never)
    : built.withFallbackValue(fallback.value);
}

function buildBare(shape: GraphShape): AnyStep {
  const { name } = shape;
  switch (shape.kind) {
    case "step": {
      const { version, input, output, meta, resource } = shape;
      return new FunctionStep({
        name,
        run: (value: never) => value,
        ...(version === undefined ? {} : { version }),
        ...(meta === undefined ? {} : { meta }),
        ...(resource === undefined ? {} : { resource }),
        ...(input === undefined ? {} : { input: SCHEMAS[input] as never }),
        ...(output === undefined ? {} : { output: SCHEMAS[output] as never }),
      });
    }
    case "identity":
      return new IdentityStep();
    case "human":
      return new HumanStep(name, { prompt: "?", schema: SCHEMAS[shape.schema] as never });
    case "chain":
      return shape.parts.map(buildGraph).reduce<AnyStep>(pipe, new IdentityStep());
    case "named":
      return new Pipeline(name, shape.parts.map(buildGraph));
    case "parallel":
      return new ParallelStep(name, record(shape.parts), fanOutOptions(shape));
    case "router":
      return new RouterStep(name, { select: () => [], routes: record(shape.parts), ...fanOutOptions(shape) });
    case "branch":
      return new ConditionalStep(name, {
        on: () => "x",
        cases: record(shape.parts),
        ...(shape.otherwise === undefined ? {} : { otherwise: buildGraph(shape.otherwise) }),
      });
    case "loop":
      return new LoopStep(name, {
        body: buildGraph(shape.body),
        until: () => true,
        maxIterations: shape.times,
        onExhausted: shape.onExhausted,
      });
    case "map":
      return new MapStep(name, buildGraph(shape.body), fanOutOptions(shape));
    case "nested":
      return new NestedStep(name, buildGraph(shape.body), {
        into: () => ({}) as never,
        ...(shape.back ? { back: () => undefined } : {}),
      });
    case "stateMachine": {
      const states = shape.parts.map(([label]) => label);
      const state = (number: number): string => states[number % states.length] as string;
      return new StateMachineStep(name, {
        states: record(shape.parts),
        start: state(shape.start),
        final: shape.final.map(state),
        maxHops: shape.maxHops,
        next: Object.fromEntries(
          states.map((label, index) => {
            const next = shape.next[index] ?? null;
            return [label, next === null ? () => state(0) : state(next)];
          }),
        ),
      });
    }
    case "acme.relay":
      return new RelayStep(name, shape.parts.map(buildGraph), shape.hops);
  }
}

/** `a.pipe(b)` where the types of neither are known. */
export function pipe(a: AnyStep, b: AnyStep): AnyStep {
  return (a as Step<never, never>).pipe(b as Step<never, unknown>);
}

function processorsOf({ prompt, output }: { readonly prompt?: number; readonly output?: number }) {
  const same = <Value>(value: Value): Value => value;
  return {
    ...(prompt === undefined ? {} : { prompt: Array.from({ length: prompt }, () => same) }),
    ...(output === undefined ? {} : { output: Array.from({ length: output }, () => same) }),
  };
}

function record(parts: Labelled): Record<string, AnyStep> {
  return Object.fromEntries(parts.map(([label, part]) => [label, buildGraph(part)]));
}

function fanOutOptions({ onFailure, merge }: { readonly onFailure: OnFailure; readonly merge: Merge }) {
  return { onFailure, merge: merge === "function" ? (snapshot: never) => snapshot : merge };
}
