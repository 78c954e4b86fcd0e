import {
  type AnyStep,
  branch,
  human,
  identity,
  loop,
  map,
  nested,
  Pipeline,
  parallel,
  pipeline,
  router,
  Step,
  stateMachine,
  step,
  steps,
} from "@flujo/dsl";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const work = step("work", (n: number) => n);
const twin = step("work", (n: number) => n + 1);
const detour = step("detour", (n: number) => n);
const redirecting = (from: Step<number, number>, ...redirects: Step<number, number>[]) =>
  from.withPlugins({ name: `look${redirects.length}`, redirects, validate: () => ({ success: true }) });
const bound = { until: () => true, maxIterations: 3 };

/** Puts a graph into every kind of place that a graph can be in. */
const PLACES: Record<string, (inner: Step<number, number>) => AnyStep> = {
  "a pipeline": (inner) => pipeline("outer", inner),
  "a branch": (inner) => branch("outer", { on: () => "x" as const, cases: { x: inner } }),
  otherwise: (inner) => branch("outer", { on: (n: number) => String(n), cases: {}, otherwise: inner }),
  "a parallel": (inner) => parallel("outer", { x: inner }),
  "a loop": (inner) => loop("outer", { body: inner, ...bound }),
  "a map": (inner) => map("outer", inner),
  "a fallback": (inner) => work.withFallback(inner),
  "a redirect": (inner) => redirecting(work, inner),
  "a fallback's fallback": (inner) => work.withFallback(step("spare", (n: number) => n).withFallback(inner)),
  "a route": (inner) => router("outer", { select: () => ["x"] as const, routes: { x: inner } }),
  "a state": (inner) => stateMachine("outer", { start: "x", states: { x: inner }, next: {}, final: ["x"], maxHops: 2 }),
  "a nested step": (inner) => nested("outer", inner, { into: () => ({}) }),
  "a loop in a map in a branch": (inner) =>
    branch("outer", { on: () => "x" as const, cases: { x: map("each", loop("again", { body: inner, ...bound })) } }),
};

const states = { a: work, b: step("other", (n: number) => n) };
const ask = human("ask", { prompt: "how many?", schema: z.number() });
const small = step({ name: "small", output: z.number().max(3), run: (n: number) => n });
const large = step({ name: "large", input: z.number().min(4), run: (n) => n });
const open = step({ name: "open", output: z.number(), run: (n: number) => n });
const dated = step({ name: "dated", output: z.date(), run: (n: number) => new Date(n) });
const s = steps<{ seen: number[] }>();
const writing = (name: string, writes: readonly string[]) => s.step({ name, writes, run: (n: number) => n });
const looping = step("faulty", (n: number) => n);
/** What is written inside has nothing to do with the context outside. */
const apart = (graph: AnyStep) => nested("apart", untyped(graph), { into: () => ({ seen: [] }) });
const untyped = (graph: AnyStep) => graph as Step<number, number>;

/** Asks for its children again and again: nobody could be asked meanwhile. */
class Poll extends Step<number, number> {
  readonly kind = "acme.poll";
  readonly body: Step<number, number>;
  constructor(body: Step<number, number>) {
    super("poll");
    this.body = body;
  }
  override children() {
    return [{ role: "body", step: this.body }] as const;
  }
  override get pauses() {
    return false;
  }
}

const api = (name: string, concurrency: number) =>
  step({ name, resource: "api", run: (n: number) => n }).withLimits({ concurrency });
const priced = (name: string, costUsd: number) => step(name, (n: number) => n).withEstimate({ costUsd });

const FAULTS: Record<
  string,
  { readonly graph: Step<number, number>; readonly rule: string; readonly severity: string; readonly says: string }
> = {
  "two steps of one name": {
    graph: pipeline("faulty", work, twin),
    rule: "FLJ001",
    severity: "error",
    says: 'share the name "work"',
  },
  "one step twice": { graph: pipeline("faulty", work, work), rule: "FLJ001", severity: "warning", says: "work~2" },
  "no steps": { graph: new Pipeline("faulty", []), rule: "FLJ002", severity: "error", says: "has no steps" },
  "no branches": { graph: parallel("faulty", {}) as never, rule: "FLJ002", severity: "error", says: "has no branches" },
  "no cases": {
    graph: branch("faulty", { on: (n: number) => n, cases: {} } as never) as never,
    rule: "FLJ002",
    severity: "error",
    says: "has no cases",
  },
  "a loop without bound": {
    graph: loop("faulty", { body: work, until: () => true } as never),
    rule: "FLJ003",
    severity: "error",
    says: "has no bound",
  },
  "a loop without end": {
    graph: loop("faulty", { body: work, until: () => true, maxIterations: Infinity }),
    rule: "FLJ003",
    severity: "warning",
    says: "may never end",
  },
  "neighbours that never fit": {
    graph: pipeline("faulty", small, large),
    rule: "FLJ004",
    severity: "error",
    says: 'what "small" gives doesn\'t fit what "large" takes: up to 3 is given, from 4 is wanted',
  },
  "neighbours that fit sometimes": {
    graph: pipeline("faulty", open, large),
    rule: "FLJ004",
    severity: "warning",
    says: "doesn't always fit",
  },
  "neighbours of which one can't tell": {
    graph: pipeline("faulty", step({ name: "any", output: z.any(), run: (n: number) => n }), large),
    rule: "FLJ004",
    severity: "note",
    says: "may not fit",
  },
  "a fallback that can't take the input": {
    graph: step({ name: "faulty", input: z.number().max(3), run: (n) => n }).withFallback(
      step({ name: "spare", input: z.number().min(4), run: (n) => n }),
    ),
    rule: "FLJ005",
    severity: "error",
    says: 'the fallback "spare" can\'t take',
  },
  "a fallback that gives something else": {
    graph: step({ name: "faulty", output: z.number(), run: (n: number) => n }).withFallback(
      step({ name: "spare", output: z.string(), run: String }) as never,
    ),
    rule: "FLJ005",
    severity: "error",
    says: "a string is given, a number is wanted",
  },
  "a fallback value of another type": {
    graph: step({ name: "faulty", output: z.number(), run: (n: number) => n }).withFallbackValue("none" as never),
    rule: "FLJ006",
    severity: "error",
    says: '"none" is given, a number is wanted',
  },
  "a fallback value out of bounds": {
    graph: step({ name: "faulty", output: z.number().min(0), run: (n: number) => n }).withFallbackValue(-1),
    rule: "FLJ006",
    severity: "warning",
    says: "the fallback value",
  },
  "a fallback to itself along a chain": {
    graph: looping.withFallback(step("spare", (n: number) => n).withFallback(looping.withRetry())),
    rule: "FLJ007",
    severity: "warning",
    says: "the same step again",
  },
  "a state that is never reached": {
    graph: stateMachine("faulty", { start: "a", states, next: { b: "a" }, final: ["a"], maxHops: 3 }),
    rule: "FLJ008",
    severity: "warning",
    says: 'no way leads to the state "b"',
  },
  "a machine that goes round": {
    graph: stateMachine("faulty", {
      start: "a",
      states: { ...states, c: step("third", (n: number) => n) },
      next: { a: "b", b: "a" },
      final: ["c"],
      maxHops: 3,
    }),
    rule: "FLJ009",
    severity: "warning",
    says: "from a to b it goes round",
  },
  "a machine without end": {
    graph: stateMachine("faulty", { start: "a", states, next: { a: "b", b: "a" }, final: [], maxHops: 3 }),
    rule: "FLJ010",
    severity: "error",
    says: "has no final state",
  },
  "a final state that leads on": {
    graph: stateMachine("faulty", {
      start: "a",
      states,
      next: { a: "b", b: "a" } as { a: "b" },
      final: ["b"],
      maxHops: 3,
    }),
    rule: "FLJ011",
    severity: "warning",
    says: "its next is never asked",
  },
  "a branch that decides nothing": {
    graph: branch("faulty", { on: (n: number) => n > 1, cases: { true: work, false: work } }),
    rule: "FLJ012",
    severity: "note",
    says: "is the same step",
  },
  "a retry of one attempt": {
    graph: step("faulty", (n: number) => n).withRetry({ maxAttempts: 1 }),
    rule: "FLJ013",
    severity: "note",
    says: "never tries again",
  },
  "a retry on a question": {
    graph: human<number, number>("faulty", { prompt: "how many?", schema: z.number() }).withRetry(),
    rule: "FLJ014",
    severity: "warning",
    says: "concerns its prompt only",
  },
  "a retry around a question": {
    graph: pipeline("faulty", work.withFallback(ask as Step<number, number>)).withRetry(),
    rule: "FLJ014",
    severity: "warning",
    says: "asks its person again",
  },
  "a timeout around a question": {
    graph: map("faulty", ask).withTimeout(9) as never,
    rule: "FLJ015",
    severity: "warning",
    says: "doesn't limit the wait",
  },
  "a timeout that is never reached": {
    graph: pipeline("short", step("faulty", (n: number) => n).withTimeout(9)).withTimeout(9),
    rule: "FLJ016",
    severity: "warning",
    says: 'that of "short", around it, is 9 ms',
  },
  "waits that outlast a timeout": {
    graph: pipeline(
      "short",
      step("faulty", (n: number) => n).withRetry({ maxAttempts: 3, initialDelayMs: 3, factor: 2, jitter: "none" }),
    ).withTimeout(9),
    rule: "FLJ017",
    severity: "warning",
    says: "alone outlast",
  },
  "a loop that runs once": {
    graph: loop("faulty", { body: work, until: () => true, maxIterations: 1 }),
    rule: "FLJ018",
    severity: "note",
    says: "never comes to a second iteration",
  },
  "a machine of one hop": {
    graph: stateMachine("faulty", { start: "a", states, next: { a: "b" }, final: ["b"], maxHops: 1 }),
    rule: "FLJ018",
    severity: "note",
    says: "never comes to a second state",
  },
  "names that look alike": {
    graph: pipeline(
      "faulty",
      step("Read it", (n: number) => n),
      step("readIt", (n: number) => n),
    ),
    rule: "FLJ019",
    severity: "warning",
    says: '"Read it" and "readIt"',
  },
  "labels that look alike": {
    graph: untyped(parallel("faulty", { one: work, One: work })),
    rule: "FLJ019",
    severity: "warning",
    says: '"one" and "One"',
  },
  "a label that is encoded": {
    graph: untyped(parallel("faulty", { "a/b": work })),
    rule: "FLJ020",
    severity: "note",
    says: '"a/b"',
  },
  "schemas that can't be compared": {
    graph: untyped(pipeline("faulty", dated, step({ name: "late", input: z.date(), run: (date) => date.getTime() }))),
    rule: "FLJ021",
    severity: "note",
    says: 'the schema of "dated" can\'t be written',
  },
  "an answer without shape": {
    graph: untyped(human("faulty", { prompt: "when?", schema: z.date() })),
    rule: "FLJ022",
    severity: "note",
    says: "isn't shown what is wanted",
  },
  "rival branches": {
    graph: apart(
      parallel("faulty", { x: writing("one", ["seen"]), y: pipeline("two", writing("three", ["seen.first"])) }),
    ),
    rule: "FLJ023",
    severity: "warning",
    says: 'its branches "x" and "y" write the context field "seen"',
  },
  "a cache around effects": {
    graph: apart(pipeline("faulty", step({ name: "send", effects: true, run: (n: number) => n })).withCache()),
    rule: "FLJ024",
    severity: "error",
    says: "which a hit would leave out",
  },
  "a cache around a question": {
    graph: map("faulty", ask).withCache() as never,
    rule: "FLJ025",
    severity: "warning",
    says: "without anybody being asked",
  },
  "redirects of one name": {
    graph: redirecting(
      looping,
      detour,
      step("detour", (n: number) => n),
    ),
    rule: "FLJ001",
    severity: "error",
    says: 'redirect to share the name "detour"',
  },
  "an optional value of another type": {
    graph: step({ name: "faulty", output: z.number(), run: (n: number) => n }).asOptional("none" as never),
    rule: "FLJ006",
    severity: "error",
    says: 'the optional value of "faulty"',
  },
  "a redirect to itself": {
    graph: redirecting(looping.withTimeout(9), looping.withTimeout(9).withRetry()),
    rule: "FLJ026",
    severity: "error",
    says: "leads back to the same step",
  },
  "a redirect to itself in a circle": {
    graph: redirecting(
      looping,
      redirecting(
        step("spare", (n: number) => n),
        redirecting(detour, looping),
      ),
    ),
    rule: "FLJ026",
    severity: "error",
    says: 'the same step through "spare", "detour"',
  },
  "a fallback that redirects back": {
    graph: looping.withFallback(redirecting(detour, looping)),
    rule: "FLJ026",
    severity: "warning",
    says: 'the same step through "detour"',
  },
  "a redirect that can't take the input": {
    graph: redirecting(
      step({ name: "faulty", input: z.number().max(3), run: (n) => n }),
      step({ name: "spare", input: z.number().min(4), run: (n) => n }),
    ),
    rule: "FLJ027",
    severity: "error",
    says: 'the redirect "spare" can\'t take',
  },
  "the second redirect gives something else": {
    graph: redirecting(
      step({ name: "faulty", output: z.number(), run: (n: number) => n }),
      detour,
      step({ name: "spare", output: z.string(), run: String }) as never,
    ),
    rule: "FLJ027",
    severity: "error",
    says: "a string is given, a number is wanted",
  },
  "a budget that one step is above": {
    graph: loop("faulty", { body: priced("ask", 0.2).withRetry().pipe(priced("tell", 0.1)), ...bound }).withBudget({
      costUsd: 0.19,
    }),
    rule: "FLJ028",
    severity: "error",
    says: '"ask" is estimated to use $0.2, and the budget of "faulty" is $0.19',
  },
  "a budget that all steps together are above": {
    graph: pipeline(
      "faulty",
      priced("ask", 0.1),
      untyped(parallel("p", { a: priced("b", 0.1), c: priced("d", 0.1) })),
    ).withBudget({
      costUsd: 0.29,
    }),
    rule: "FLJ028",
    severity: "warning",
    says: "is estimated to use $0.3 together",
  },
  "a budget that any case is above": {
    graph: branch("faulty", {
      on: (n: number) => n > 1,
      cases: {
        true: step("dear", (n: number) => n).withEstimate({ totalTokens: 9 }),
        false: step("cheap", (n: number) => n).withEstimate({ totalTokens: 6 }),
      },
    }).withBudget({ totalTokens: 5 }),
    rule: "FLJ028",
    severity: "error",
    says: '"cheap" is estimated to use 6 tokens',
  },
  "a budget that is never reached": {
    graph: pipeline("small", step("faulty", (n: number) => n).withBudget({ totalTokens: 5, costUsd: 2 })).withBudget({
      totalTokens: 5,
      costUsd: 1,
    }),
    rule: "FLJ029",
    severity: "warning",
    says: 'the budget of "faulty" ($2) is never reached: that of "small", around it, is $1',
  },
  "a place that is held by who waits for it": {
    graph: pipeline("all", api("faulty", 1)).withLimits({ resource: "api", requestsPerMinute: 5 }),
    rule: "FLJ030",
    severity: "error",
    says: '"faulty" never gets a place at "api": it is inside "all"',
  },
  "places that may all be held by those who wait for one": {
    graph: pipeline("all", api("faulty", 3)).withLimits({ resource: "api", concurrency: 3 }),
    rule: "FLJ030",
    severity: "warning",
    says: '"all", around it, may hold all 3',
  },
  "a question where nothing can pause": {
    graph: new Poll(pipeline("p", untyped(human("faulty", { prompt: "?", schema: z.number() })))),
    rule: "FLJ031",
    severity: "error",
    says: 'asks a person inside "poll"',
  },
  "rival items": {
    graph: apart(map("faulty", writing("one", ["seen"]))),
    rule: "FLJ023",
    severity: "warning",
    says: "its items write",
  },
};

describe.each(Object.entries(FAULTS))("%s", (_fault, { graph, rule, severity, says }) => {
  test("is found, with what to do about it", () => {
    const [finding, ...others] = graph.validateGraph();
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      rule,
      severity,
      path: expect.stringMatching(/(^|\/)faulty$/),
      message: expect.stringContaining(says),
      fix: expect.stringMatching(/\w/),
    });
  });

  test.each(Object.entries(PLACES))("is found inside %s", (_place, put) => {
    const found = put(graph).validateGraph();
    expect(found).toMatchObject([{ rule, severity }]);
    expect(found[0]?.path).toMatch(/\/faulty$/);
  });
});

test("a sound graph of every kind has no findings", () => {
  for (const put of Object.values(PLACES)) expect(put(identity<number>().pipe(work)).validateGraph()).toEqual([]);
});

test("a budget is held against what has to be used alone", () => {
  const dear = priced("dear", 9);
  const sound: Step<number, number>[] = [
    pipeline("p", priced("a", 0.5), priced("b", 0.5)),
    untyped(map("p", dear)),
    untyped(router("p", { select: () => ["x"] as const, routes: { x: dear } })),
    branch("p", { on: (n: number) => n > 1, cases: { true: dear, false: work } }),
    pipeline("p", dear.withCache()),
    pipeline("p", dear.asOptional(0)),
    pipeline(
      "p",
      step("asked", (n: number) => n).withEstimate(() => ({ costUsd: 9 })),
    ),
    pipeline("p", work.withFallback(dear)),
    redirecting(work, dear),
    pipeline("p", work).withEstimate({ costUsd: 9 }),
    stateMachine("p", { start: "a", states: { ...states, b: dear }, next: { a: "b" }, final: ["b"], maxHops: 2 }),
    priced("p", 1),
  ];
  for (const graph of sound) expect(graph.withBudget({ costUsd: 1, totalTokens: 0 }).validateGraph()).toEqual([]);
});

test("limits may stand in limits that leave a place free, or are of something else", () => {
  const sound: Step<number, number>[] = [
    pipeline("all", api("a", 3)).withLimits({ resource: "api", concurrency: 2 }),
    pipeline("all", api("a", 1)).withLimits({ concurrency: 1 }),
    pipeline("all", api("a", 1).withLimits({ requestsPerMinute: 1 })).withLimits({ resource: "api", concurrency: 1 }),
    api("a", 1).withFallback(api("b", 1)),
    redirecting(api("a", 1), api("b", 1)),
    pipeline("all", api("a", 1), api("b", 1)),
  ];
  for (const graph of sound) expect(graph.validateGraph()).toEqual([]);
});

test("an answer may be awaited before and after what can't pause", () => {
  const question = untyped(human("ask", { prompt: "?", schema: z.number() }));
  expect(pipeline("all", question, new Poll(work)).validateGraph()).toEqual([]);
});

test("what plugins redirect to is part of a step's attempts, and of what it may give", () => {
  const rules = (graph: AnyStep) => graph.validateGraph().map(({ rule }) => rule);
  const question = untyped(human("ask", { prompt: "?", schema: z.number() }));
  expect(rules(redirecting(work, question).withRetry())).toEqual(["FLJ014"]);
  expect(rules(redirecting(work, question).withCache())).toEqual(["FLJ025"]);
  expect(rules(pipeline("all", redirecting(work, small), large))).toEqual(["FLJ004"]);
  expect(rules(pipeline("all", work.asOptional(0), large))).toEqual(["FLJ004"]);
});

test("findings come worst first", () => {
  const both = pipeline("all", FAULTS["a loop without end"]?.graph as Step<number, number>, pipeline("p", work, twin));
  expect(both.validateGraph().map(({ severity }) => severity)).toEqual(["error", "warning"]);
});

test("a kind of one's own takes part with its children and its findings", () => {
  class Debounce extends Step<number, number> {
    readonly kind = "acme.debounce";
    readonly body: Step<number, number> = FAULTS["two steps of one name"]?.graph as Step<number, number>;
    override children() {
      return [{ role: "body", step: this.body }] as const;
    }
    override findings() {
      return [{ rule: "ACME1", severity: "note", message: "debounced", fix: "nothing" }] as const;
    }
  }
  expect(new Debounce("d").validateGraph()).toMatchObject([
    { rule: "FLJ001", path: "d/body/faulty" },
    { rule: "ACME1", path: "d" },
  ]);
});

/** Sound steps from a number to a number, of all kinds, every name used once. */
const soundGraphs: fc.Arbitrary<Step<number, number>> = fc
  .letrec<{ graph: Make }>((tie) => {
    const inner = tie("graph");
    return {
      graph: fc.oneof(
        { maxDepth: 4, depthIdentifier: "graph" },
        fc.constant<Make>((name) => step({ name: name(), input: z.number(), output: z.number(), run: (n) => n })),
        fc.constant<Make>((name) => step(name(), (n: number) => n)),
        fc.constant<Make>(() => identity<number>()),
        fc.constant<Make>((name) => human(name(), { prompt: "how many?", schema: z.int() })),
        fc.tuple(inner, inner).map(
          ([a, b]): Make =>
            (name) =>
              a(name).pipe(b(name)),
        ),
        fc.tuple(inner, inner).map(
          ([a, b]): Make =>
            (name) =>
              pipeline(name(), a(name), b(name)),
        ),
        fc.tuple(inner, inner).map(
          ([a, b]): Make =>
            (name) =>
              branch(name(), { on: (n: number) => n > 0, cases: { true: a(name) }, otherwise: b(name) }),
        ),
        inner.map(
          (a): Make =>
            (name) =>
              loop(name(), { body: a(name), ...bound }),
        ),
        inner.map(
          (a): Make =>
            (name) =>
              nested(name(), a(name), { into: () => ({}) }),
        ),
        fc.tuple(inner, inner).map(
          ([a, b]): Make =>
            (name) =>
              parallel(name(), { a: a(name), b: b(name) }).pipe(
                step({ name: name(), input: z.object({ a: z.number(), b: z.number() }), run: ({ a }) => a }),
              ),
        ),
        fc.tuple(inner, inner).map(
          ([a, b]): Make =>
            (name) =>
              router(name(), { select: () => ["a"] as const, routes: { a: a(name), b: b(name) } }).pipe(
                step({ name: name(), input: z.object({ a: z.number().optional() }), run: ({ a = 0 }) => a }),
              ),
        ),
        inner.map(
          (a): Make =>
            (name) =>
              step({ name: name(), output: z.array(z.number()).min(1), run: (n: number) => [n] })
                .pipe(map(name(), a(name)))
                .pipe(step({ name: name(), input: z.array(z.number()), run: (all) => all.length })),
        ),
        fc.tuple(inner, inner).map(
          ([a, b]): Make =>
            (name) =>
              stateMachine(name(), {
                start: "a",
                states: { a: a(name), b: b(name) },
                next: { a: "b" },
                final: ["b"],
                maxHops: 2,
              }),
        ),
        fc.tuple(inner, inner).map(
          ([a, b]): Make =>
            (name) =>
              a(name).withFallback(b(name)),
        ),
        inner.map(
          (a): Make =>
            (name) =>
              a(name).withFallbackValue(0),
        ),
        fc.constant<Make>((name) =>
          step(name(), (n: number) => n)
            .withRetry()
            .withTimeout(100),
        ),
      ),
    };
  })
  .graph.map((make) => {
    let names = 0;
    return make(() => `step ${++names}`);
  });

type Make = (name: () => string) => Step<number, number>;

test("500 random sound graphs have no findings", () => {
  const kinds = new Set<string>();
  fc.assert(
    fc.property(soundGraphs, (graph) => {
      kinds.add(graph.kind);
      expect(graph.validateGraph()).toEqual([]);
    }),
    { numRuns: 500, seed: 11 },
  );
  expect([...kinds].sort()).toEqual([
    ...["branch", "human", "identity", "loop", "nested", "pipeline", "stateMachine", "step"],
  ]);
});
