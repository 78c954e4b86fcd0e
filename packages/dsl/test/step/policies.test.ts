import {
  CIRCUIT_BREAKER_DEFAULTS,
  FunctionStep,
  type Processor,
  resolveBudget,
  Step,
  step,
  steps,
  type Validator,
} from "@flujo/dsl";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const add = step("add", (n: number) => n + 1);
const spare = step("spare", (n: number) => n);
const validator = (name: string): Validator<unknown> => ({ name, validate: () => true });
const stored = (made: typeof add): unknown => JSON.parse(JSON.stringify(made.describe()));

describe("a budget", () => {
  test("is kept in pico-dollars, exactly as it is written", () => {
    const costs: [number, bigint][] = [
      [0, 0n],
      [0.1, 100_000_000_000n],
      [0.3, 300_000_000_000n],
      [1.1, 1_100_000_000_000n],
      [4.35, 4_350_000_000_000n],
      [1e-12, 1n],
      [2.5e-7, 250_000n],
      [123_456_789.123456, 123_456_789_123_456_000_000n],
      [1e21, 10n ** 33n],
    ];
    for (const [costUsd, costPico] of costs) expect(add.withBudget({ costUsd }).policies.budget).toEqual({ costPico });
  });

  test("of less than a pico-dollar is rounded", () => {
    expect([4e-13, 5e-13, 5e-324].map((costUsd) => resolveBudget({ costUsd }).costPico)).toEqual([0n, 1n, 0n]);
  });

  test("comes out of its description as it went in, whatever its digits", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (costPico) => {
        const costUsd = Number(`${costPico}e-12`);
        const made = add.withBudget({ costUsd });
        expect(made.policies.budget).toEqual({ costPico });
        expect(stored(made)).toMatchObject({ policies: { budget: { costUsd } } });
      }),
    );
  });

  test("may be of tokens alone, or of both", () => {
    expect(add.withBudget({ totalTokens: 0 }).policies.budget).toEqual({ totalTokens: 0 });
    expect(add.withBudget({ costUsd: 2, totalTokens: 5 }).policies.budget).toEqual({
      costPico: 2_000_000_000_000n,
      totalTokens: 5,
    });
  });
});

describe("an estimate", () => {
  test("that is data is kept as a budget is; a function is kept for the runner, which resolves what it gives", () => {
    const s = steps<{ perToken: number }>();
    const priced = s
      .step("ask", (text: string) => text)
      .withEstimate((text, { perToken }) => ({ costUsd: text.length * perToken }));
    const { estimate } = priced.policies;
    if (typeof estimate !== "function") throw new Error("the function is lost");
    expect(resolveBudget(estimate("ab" as never, { perToken: 0.1 } as never), "estimate")).toEqual({
      costPico: 200_000_000_000n,
    });
    expect(add.withEstimate({ costUsd: 0.2, totalTokens: 7 }).policies.estimate).toEqual({
      costPico: 200_000_000_000n,
      totalTokens: 7,
    });
  });
});

describe("a circuit breaker", () => {
  test("has the exported defaults, and those options that are given", () => {
    expect(add.withCircuitBreaker().policies.circuitBreaker).toEqual(CIRCUIT_BREAKER_DEFAULTS);
    expect(add.withCircuitBreaker({ openMs: 5, resource: "api" }).policies.circuitBreaker).toEqual({
      ...CIRCUIT_BREAKER_DEFAULTS,
      openMs: 5,
      resource: "api",
    });
    expect(add.withCircuitBreaker().withCircuitBreaker(false).policies.circuitBreaker).toBe(false);
  });
});

describe("processors", () => {
  const up: Processor<number> = (n) => n + 1;
  const down: Processor<number> = (n) => n - 1;

  test("are added after those that are there, on either side; one alone needs no list", () => {
    const made = add.withProcessors({ prompt: up }).withProcessors({ prompt: [down, up], output: down });
    expect(made.policies.processors).toEqual({ prompt: [up, down, up], output: [down] });
    expect(made.withProcessors({ output: [up] }).policies.processors).toEqual({
      prompt: [up, down, up],
      output: [down, up],
    });
    expect(add.withProcessors({ prompt: up }).policies.processors).toEqual({ prompt: [up] });
  });
});

describe("validators", () => {
  test("are added after those that are there", () => {
    const made = add.withValidators(validator("a"), validator("b")).withValidators(validator("c"));
    expect(made.policies.validators?.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  test("may have the name of a plugin", () => {
    const plugin = { name: "a", validate: () => ({ success: true }) as const };
    expect(add.withPlugins(plugin).withValidators(validator("a")).policies.validators).toHaveLength(1);
  });
});

describe("declared redirects", () => {
  const plugin = (name: string, redirects: Step<number, number>[]) => ({
    name,
    redirects,
    validate: () => ({ success: true }) as const,
  });
  const other = step("other", (n: number) => n);

  test("of all plugins are kept together, each step once", () => {
    const made = add.withPlugins(plugin("a", [spare]), plugin("b", [other, spare])).withPlugins(plugin("c", [other]));
    expect(made.policies.redirects).toEqual([spare, other]);
    expect(add.withPlugins(plugin("a", [])).policies.redirects).toBeUndefined();
  });

  test("stay as they were when the plugin is changed later", () => {
    const changing = plugin("a", [spare]);
    const made = add.withPlugins(changing);
    changing.redirects.push(other);
    expect(made.policies.redirects).toEqual([spare]);
  });
});

describe("a resource", () => {
  test("is what a step, or a kind, says that it uses; most use none", () => {
    class Query extends Step<string, string> {
      readonly kind = "acme.query";
      override readonly resource = "db.example.org";
    }
    expect(add.resource).toBeUndefined();
    const call = step({ name: "call", resource: "api.example.org", run: (n: number) => n });
    expect(call.withTimeout(5).resource).toBe("api.example.org");
    expect(call.describe()).toEqual({ name: "call", kind: "step", resource: "api.example.org" });
    expect(new Query("q").withRetry().resource).toBe("db.example.org");
    expect(new Query("q").describe()).toMatchObject({ resource: "db.example.org" });
    expect(call).toBeInstanceOf(FunctionStep);
  });
});

test("a description says in JSON what the policies are, and that there are functions and values", () => {
  const made = step({ name: "add", resource: "api", run: (n: number) => n })
    .withRetry({ maxElapsedMs: 5_000 })
    .withProcessors({ prompt: [(n) => n, (n) => n], output: (n) => n })
    .withPlugins({ name: "p", redirects: [spare.withTimeout(9)], validate: () => ({ success: true }) })
    .withValidators(validator("v"))
    .withBudget({ costUsd: 0.1, totalTokens: 100 })
    .withEstimate(() => ({ totalTokens: 3 }))
    .withLimits({ resource: "all", concurrency: 2, tokensPerMinute: 0.5 })
    .withCircuitBreaker()
    .asOptional(0);
  expect(stored(made)).toEqual({
    name: "add",
    kind: "step",
    resource: "api",
    policies: {
      retry: expect.objectContaining({ maxAttempts: 3, maxElapsedMs: 5_000 }),
      processors: { prompt: 2, output: 1 },
      plugins: ["p"],
      redirects: [{ name: "spare", kind: "step", policies: { timeoutMs: 9 } }],
      validators: ["v"],
      budget: { costUsd: 0.1, totalTokens: 100 },
      estimate: "function",
      limits: { resource: "all", concurrency: 2, tokensPerMinute: 0.5 },
      circuitBreaker: { ...CIRCUIT_BREAKER_DEFAULTS, slowCallMs: "Infinity" },
      optional: true,
    },
  });
  expect(stored(add.withRetry().withEstimate({ costUsd: 2 }).withCircuitBreaker(false))).toMatchObject({
    policies: { retry: { maxElapsedMs: "Infinity" }, estimate: { costUsd: 2 }, circuitBreaker: false },
  });
});

describe("what can't be used is refused by name:", () => {
  const refused: [string, () => unknown, string][] = [
    ["a budget of nothing", () => add.withBudget({}), "budget"],
    ["a budget that is none", () => add.withBudget(5 as never), "budget"],
    ["a cost below 0", () => add.withBudget({ costUsd: -0.1 }), "budget.costUsd"],
    ["a cost without end", () => add.withBudget({ costUsd: Infinity }), "budget.costUsd"],
    ["half a token", () => add.withBudget({ totalTokens: 0.5 }), "budget.totalTokens"],
    ["a budget option that is not one", () => add.withBudget({ costEur: 1 } as never), "budget.costEur"],
    ["an estimate of nothing", () => add.withEstimate({}), "estimate"],
    ["an estimate below 0", () => add.withEstimate({ totalTokens: -1 }), "estimate.totalTokens"],
    ["an estimate option that is not one", () => add.withEstimate({ usd: 1 } as never), "estimate.usd"],
    ["limits of nothing", () => add.withLimits({ resource: "api" }), "limits"],
    ["limits of what has no name", () => add.withLimits({ resource: "", concurrency: 1 }), "limits.resource"],
    ["no calls at a time", () => add.withLimits({ concurrency: 0 }), "limits.concurrency"],
    ["no calls a minute", () => add.withLimits({ requestsPerMinute: 0 }), "limits.requestsPerMinute"],
    ["endless tokens", () => add.withLimits({ tokensPerMinute: Infinity }), "limits.tokensPerMinute"],
    ["a limit that is not one", () => add.withLimits({ rpm: 1 } as never), "limits.rpm"],
    ["no failures at all", () => add.withCircuitBreaker({ failureRate: 0 }), "circuitBreaker.failureRate"],
    ["more failures than calls", () => add.withCircuitBreaker({ failureRate: 1.1 }), "circuitBreaker.failureRate"],
    ["no calls", () => add.withCircuitBreaker({ minimumCalls: 0 }), "circuitBreaker.minimumCalls"],
    ["no window", () => add.withCircuitBreaker({ windowMs: 0 }), "circuitBreaker.windowMs"],
    ["calls slow from the start", () => add.withCircuitBreaker({ slowCallMs: 0 }), "circuitBreaker.slowCallMs"],
    ["a breaker open for ever", () => add.withCircuitBreaker({ openMs: Infinity }), "circuitBreaker.openMs"],
    ["no probes", () => add.withCircuitBreaker({ probes: 0 }), "circuitBreaker.probes"],
    ["a breaker of what has no name", () => add.withCircuitBreaker({ resource: " " }), "circuitBreaker.resource"],
    ["a breaker option that is not one", () => add.withCircuitBreaker({ rate: 1 } as never), "circuitBreaker.rate"],
    ["a breaker that is none", () => add.withCircuitBreaker(true as never), "circuitBreaker"],
    ["no processors", () => add.withProcessors({}), "processors"],
    ["a processor that is no function", () => add.withProcessors({ prompt: ["trim"] as never }), "processors.prompt"],
    ["a processor that is null", () => add.withProcessors({ output: null as never }), "processors.output"],
    ["a side that is not one", () => add.withProcessors({ input: () => 1 } as never), "processors.input"],
    ["a validator that is none", () => add.withValidators((() => true) as never), "validators"],
    ["a validator without a function", () => add.withValidators({ name: "v" } as never), "validators"],
    [
      "two validators of one name",
      () => add.withValidators(validator("v")).withValidators(validator("v")),
      "validators",
    ],
    [
      "a redirect to what is no step",
      () => add.withPlugins({ name: "p", redirects: [() => 1], validate: () => ({ success: true }) } as never),
      'redirects of plugin "p"',
    ],
    [
      "a redirect without a list",
      () => add.withPlugins({ name: "p", redirects: spare, validate: () => ({ success: true }) } as never),
      'redirects of plugin "p"',
    ],
  ];
  test.each(refused)("%s", (_what, make, option) => {
    expect(make).toThrow(expect.objectContaining({ code: "invalid_option", option }));
  });

  test("with what would have been right", () => {
    expect(() => add.withBudget({})).toThrow(
      "budget must be an object with at least one of costUsd, totalTokens, but is an object",
    );
    expect(() => add.withLimits({ rpm: 1 } as never)).toThrow(
      'limits.rpm must be one of resource, concurrency, requestsPerMinute, tokensPerMinute, but is "rpm"',
    );
  });
});
