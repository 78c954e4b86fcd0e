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
  stateMachine,
  step,
} from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const gives = (schema: z.ZodType, name = "giver"): AnyStep =>
  step({ name, output: schema as never, run: () => 0 as never });
const takes = (schema: z.ZodType, name = "taker"): AnyStep => step({ name, input: schema as never, run: () => 0 });
const text = z.string();
const count = z.number();
/** The compiler would refuse these graphs: that is what the schemas are to show without it. */
const chain = (...list: AnyStep[]) =>
  (pipeline as unknown as (name: string, ...list: AnyStep[]) => AnyStep)("chain", ...list);
const loose = <Options>(options: Options) => options as never;
const severities = (graph: AnyStep) => graph.validateGraph().map(({ rule, severity }) => `${rule} ${severity}`);
const bound = { until: () => true, maxIterations: 3 };

const WRONG: Record<string, AnyStep> = {
  "one step to the next": chain(gives(text), takes(count)),
  "through an identity that has a policy": chain(gives(text), identity<never>().withTimeout(9), takes(count)),
  "into a chain and out of one": chain(chain(gives(text)), chain(takes(count))),
  "into a case that it never fits": chain(
    gives(text),
    branch("b", loose({ on: () => "x", cases: { x: takes(count), y: takes(text, "other") } })),
  ),
  "into a branch of a parallel": chain(
    gives(text),
    parallel("p", { x: takes(text, "other"), y: takes(count) } as never),
  ),
  "into a route that it never fits": chain(
    gives(text),
    router("r", loose({ select: () => [], routes: { x: takes(count), y: takes(text, "other") } })),
  ),
  "into the body of a loop": chain(gives(text), loop("l", loose({ body: takes(count), ...bound }))),
  "into the items of a map": chain(gives(z.array(text)), map("m", takes(count) as never)),
  "something else than a list into a map": chain(gives(text), map("m", takes(text) as never)),
  "into the first state": chain(
    gives(text),
    stateMachine("s", loose({ start: "a", states: { a: takes(count) }, next: {}, final: ["a"], maxHops: 2 })),
  ),
  "into a nested step": chain(gives(text), nested("n", takes(count) as never, { into: () => ({}) })),
  "out of a case": chain(
    branch("b", loose({ on: () => "x", cases: { x: gives(count, "other"), y: gives(text) } })),
    takes(count),
  ),
  "out of otherwise": chain(
    branch("b", loose({ on: () => "x", cases: { x: gives(count, "other") }, otherwise: gives(text) })),
    takes(count),
  ),
  "out of a parallel": chain(parallel("p", { x: gives(text) } as never), takes(z.object({ x: count }))),
  "what a parallel has no branch for": chain(
    parallel("p", { x: gives(text) } as never),
    takes(z.object({ y: z.any() })),
  ),
  "a route that may not be taken": chain(
    router("r", loose({ select: () => [], routes: { x: gives(text) } })),
    takes(z.object({ x: text })),
  ),
  "out of a map": chain(map("m", gives(text) as never), takes(z.array(count))),
  "out of a loop": chain(loop("l", loose({ body: gives(text), ...bound })), takes(count)),
  "from a final state": chain(
    stateMachine("s", loose({ start: "a", states: { a: gives(text) }, next: {}, final: ["a"], maxHops: 2 })),
    takes(count),
  ),
  "out of a fallback": chain(
    gives(count, "other")
      .withFallback(step("spare", () => 0) as never)
      .withFallback(gives(text) as never),
    takes(count),
  ),
  "a fallback value to the next": chain(step("load", () => 1).withFallbackValue("none" as never), takes(count)),
  "a person's answer": chain(human("h", { prompt: "?", schema: text }), takes(count)),
  "the end of a loop to its beginning": loop(
    "l",
    loose({ body: step({ name: "giver", input: count, output: text as never, run: () => 0 as never }), ...bound }),
  ),
  "a state to the next": stateMachine(
    "s",
    loose({ start: "a", states: { a: gives(text), b: takes(count) }, next: { a: "b" }, final: ["b"], maxHops: 2 }),
  ),
};

test.each(Object.entries(WRONG))("%s that doesn't take it is found", (_name, graph) => {
  expect(severities(graph)).toContain("FLJ004 error");
});

const RIGHT: Record<string, AnyStep> = {
  "a step without schemas between two": chain(
    gives(text),
    step("turn", () => 0),
    takes(count),
  ),
  "a case that takes some of it": chain(
    gives(z.union([text, count])),
    branch("b", loose({ on: () => "x", cases: { x: takes(count), y: takes(text, "other") } })),
  ),
  "a loop whose next makes the input": loop(
    "l",
    loose({
      body: step({ name: "giver", input: count, output: text as never, run: () => 0 as never }),
      next: () => 0,
      ...bound,
    }),
  ),
  "a machine where a function leads on": stateMachine(
    "s",
    loose({
      start: "a",
      states: { a: gives(text), b: takes(count) },
      next: { a: () => "b" },
      final: ["b"],
      maxHops: 2,
    }),
  ),
  "a parallel of which a branch says nothing": chain(
    parallel("p", { x: step("silent", () => 0) } as never),
    takes(z.object({ x: text })),
  ),
  "what a map collects": chain(map("m", gives(text) as never, { onFailure: "collect" }), takes(z.array(count))),
  "what is coerced": chain(
    gives(z.object({ at: text, to: text })),
    takes(z.object({ at: z.coerce.number(), to: text })),
  ),
  "what is caught": chain(gives(z.object({ at: text })), takes(z.object({ at: count.catch(0), to: count.catch(1) }))),
  "what is made something else first": chain(gives(text), takes(z.preprocess(Number, count))),
  "items that are coerced": chain(gives(z.array(text)), map("m", takes(z.coerce.number()) as never)),
  "one schema on both sides that JSON Schema can't express": (() => {
    const moment = z.date();
    return chain(gives(moment), takes(moment));
  })(),
};

test.each(Object.entries(RIGHT))("%s is left alone", (_name, graph) => {
  expect(severities(graph)).toEqual([]);
});

test("a check that doesn't answer at once makes a warning of an error", () => {
  const slow = z.object({ at: count.refine(async () => true) });
  expect(severities(chain(gives(z.object({ at: count })), takes(slow)))).toEqual([]);
  expect(
    severities(chain(gives(z.object({ at: count.max(3) })), takes(z.object({ at: slow.shape.at.min(4) })))),
  ).toEqual(["FLJ004 warning"]);
});

describe("where a failure is met", () => {
  test("a step with a fallback is only warned of", () => {
    expect(severities(chain(gives(text), takes(count).withFallbackValue(0 as never)))).toEqual(["FLJ004 warning"]);
  });

  test("so is a branch whose failures are collected", () => {
    const collected = parallel("p", { x: takes(count) } as never, { onFailure: "collect" });
    expect(severities(chain(gives(text), collected))).toEqual(["FLJ004 warning"]);
  });
});

test("names both steps, the place in the value and what is the matter there", () => {
  const [finding] = chain(
    gives(z.object({ "a b": z.array(text) })),
    takes(z.object({ "a b": z.array(count) })),
  ).validateGraph();
  expect(finding).toEqual({
    rule: "FLJ004",
    severity: "error",
    path: "chain",
    message: `what "giver" gives doesn't fit what "taker" takes: at ["a b"][], a string is given, a number is wanted`,
    fix: "make the schemas agree, or put a step between them that turns one into the other",
  });
});
