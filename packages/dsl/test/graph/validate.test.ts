import { type AnyStep, branch, identity, loop, map, Pipeline, parallel, pipeline, Step, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";

const work = step("work", (n: number) => n);
const twin = step("work", (n: number) => n + 1);
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
  "a fallback's fallback": (inner) => work.withFallback(work.withFallback(inner)),
  "a loop in a map in a branch": (inner) =>
    branch("outer", { on: () => "x" as const, cases: { x: map("each", loop("again", { body: inner, ...bound })) } }),
};

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
};

describe.each(Object.entries(FAULTS))("%s", (_fault, { graph, rule, severity, says }) => {
  test("is found, with what to do about it", () => {
    const [finding, ...others] = graph.validateGraph();
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      rule,
      severity,
      path: "faulty",
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
