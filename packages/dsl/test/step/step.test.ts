import {
  branch,
  FlujoError,
  human,
  identity,
  isStep,
  loop,
  map,
  ParallelStep,
  parallel,
  pipeline,
  type Step,
  step,
} from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const add = step("add", (n: number) => n + 1);
const double = step("double", (n: number) => n * 2);

describe("steps", () => {
  test("are frozen, and every policy makes a new one", () => {
    const robust = add.withRetry({ maxAttempts: 4 }).withTimeout(50).withFallbackValue(0);
    expect(add.policies).toEqual({});
    expect(robust.policies).toEqual({
      retry: {
        maxAttempts: 4,
        initialDelayMs: 200,
        maxDelayMs: 30_000,
        factor: 2,
        jitter: "full",
        maxElapsedMs: Infinity,
      },
      timeoutMs: 50,
      fallback: { type: "value", value: 0 },
    });
    for (const made of [
      add,
      robust,
      robust.policies,
      add.pipe(double),
      add.pipe(double).steps,
      map("m", add),
      new ParallelStep("p", { add }).branches,
    ]) {
      expect(Object.isFrozen(made)).toBe(true);
    }
    expect(robust.kind).toBe("step");
    expect(robust.constructor).toBe(add.constructor);
  });

  test("are known as steps, also from another copy of the package", () => {
    expect([add, add.pipe(double), identity(), { "~flujo": "step" }].every(isStep)).toBe(true);
    expect([null, undefined, {}, "step", () => 1].some(isStep)).toBe(false);
  });

  test("may stand in several pipelines and twice in one", () => {
    const one = add.pipe(double);
    const two = add.pipe(add);
    expect(one.steps).toEqual([add, double]);
    expect(two.steps).toEqual([add, add]);
  });
});

describe("pipe", () => {
  test("joins flat, however it was put together", () => {
    const left = add.pipe(double).pipe(add);
    const right = add.pipe(double.pipe(add));
    expect(left.steps).toEqual(right.steps);
    expect(left.name).toBe("add..add");
  });

  test("keeps what has a name or policies in one piece", () => {
    const named = pipeline("named", add, double);
    const robust = add.pipe(double).withRetry();
    expect(named.pipe(add).steps).toEqual([named, add]);
    expect(robust.pipe(add).steps).toEqual([robust, add]);
  });

  test("has identity as its unit, exactly", () => {
    const chain = add.pipe(double);
    const named = pipeline("named", add);
    expect(identity<number>().pipe(chain).steps).toEqual(chain.steps);
    expect(chain.pipe(identity()).describe()).toEqual(chain.describe());
    expect(identity<number>().pipe(named)).toBe(named);
    expect(identity<number>().pipe(identity()).steps).toHaveLength(1);
  });
});

describe("what can't be used is refused by name", () => {
  const refused: [string, () => unknown, string][] = [
    ["a blank name", () => step(" ", () => 1), "name"],
    ["no function", () => step("x", undefined as never), 'run of step "x"'],
    ["a schema that is none", () => step({ name: "x", input: {} as never, run: () => 1 }), 'input of step "x"'],
    ["half an attempt", () => add.withRetry({ maxAttempts: 1.5 }), "retry.maxAttempts"],
    ["a wait below 0", () => add.withRetry({ initialDelayMs: -1 }), "retry.initialDelayMs"],
    ["a retry option that is not one", () => add.withRetry({ attempts: 3 } as never), "retry.attempts"],
    ["a jitter that is not one", () => add.withRetry({ jitter: "some" as never }), "retry.jitter"],
    ["no time for retries", () => add.withRetry({ maxElapsedMs: 0 }), "retry.maxElapsedMs"],
    ["a resource without a name", () => step({ name: "x", resource: " ", run: () => 1 }), 'resource of step "x"'],
    ["a cache that keeps nothing", () => add.withCache({ ttlMs: 0 }), "cache.ttlMs"],
    ["a cache option that is not one", () => add.withCache({ ttl: 5 } as never), "cache.ttl"],
    ["a cache key that is no function", () => add.withCache({ key: "id" as never }), "cache.key"],
    ["no time at all", () => add.withTimeout(0), "timeoutMs"],
    ["endless time", () => add.withTimeout(Infinity), "timeoutMs"],
    ["a fallback that is no step", () => add.withFallback((() => 1) as never), "fallback"],
    ["a pipe to what is no step", () => add.pipe({} as never), "pipe"],
    ["a branch that is no step", () => parallel("p", { x: 1 as never }), '"x" of "p"'],
    ["no concurrency", () => map("m", add, { concurrency: 0 }), "concurrency"],
    ["a merge that is not one", () => parallel("p", { add }, { merge: "last" as never }), "merge"],
    ["a failure mode that is not one", () => map("m", add, { onFailure: "ignore" as never }), "onFailure"],
    ["no iterations", () => loop("l", { body: add, until: () => true, maxIterations: 0 }), "maxIterations"],
    ["no until", () => loop("l", { body: add, maxIterations: 1 } as never), 'until of loop "l"'],
    ["a body that is no step", () => map("m", (() => 1) as never), 'body of map "m"'],
    ["no on", () => branch("b", { cases: { add } } as never), 'on of branch "b"'],
    [
      "a case that would hide otherwise",
      () => branch("b", { on: () => "otherwise", cases: { otherwise: add }, otherwise: add }),
      'cases of branch "b"',
    ],
    ["a prompt that is none", () => human("h", { prompt: 1 as never, schema: z.string() }), 'prompt of human "h"'],
  ];
  test.each(refused)("%s", (_what, make, option) => {
    expect(make).toThrow(expect.objectContaining({ code: "invalid_option", option }));
  });

  test("with what was expected and what came", () => {
    expect(() => add.withRetry({ maxAttempts: 0 })).toThrow(
      "retry.maxAttempts must be a whole number from 1, but is 0",
    );
  });
});

describe("describe", () => {
  test("gives structure, policies and schemas as plain JSON", () => {
    const parse = step({ name: "parse", input: z.string(), output: z.number().int(), version: "2", run: Number });
    const graph = pipeline(
      "all",
      parse,
      loop("again", { body: add.withFallback(double), until: () => true, maxIterations: 3 }),
    );
    expect(JSON.parse(JSON.stringify(graph.describe()))).toEqual({
      name: "all",
      kind: "pipeline",
      children: [
        {
          role: "next",
          name: "parse",
          kind: "step",
          details: {
            version: "2",
            input: expect.objectContaining({ type: "string" }),
            output: expect.objectContaining({ type: "integer" }),
          },
        },
        {
          role: "next",
          name: "again",
          kind: "loop",
          details: { maxIterations: 3, onExhausted: "fail" },
          children: [
            {
              role: "body",
              name: "add",
              kind: "step",
              policies: { fallback: { step: { name: "double", kind: "step" } } },
            },
          ],
        },
      ],
    });
  });

  test("tells an endless loop from one without bound", () => {
    const endless: Step<number, number> = loop("l", { body: add, until: () => true, maxIterations: Infinity });
    expect(endless.describe().details).toMatchObject({ maxIterations: "Infinity" });
  });
});

describe("errors", () => {
  test("are known by their mark, not by their class", () => {
    const thrown = (() => {
      try {
        return add.withTimeout(-1);
      } catch (error) {
        return error;
      }
    })();
    expect(FlujoError.is(thrown)).toBe(true);
    expect([new Error("x"), null, "x", {}].some((value) => FlujoError.is(value))).toBe(false);
  });
});
