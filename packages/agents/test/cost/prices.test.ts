import { createOpenAI } from "@ai-sdk/openai";
import { Flujo, type RunEvent } from "@flujo/core";
import { CostCalculator, type FlujoModule, PriceCatalog } from "@flujo/core/protocols";
import { type AnyStep, map, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { agent, type PricesOptions, prices, UnpricedModelError } from "../../src/index.ts";
import { chatAnswer, startModelServer } from "../support/model-server.ts";
import { ModelOfV4 } from "../support/models.ts";

/** 12 tokens go in, of which 4 are cached, and 7 come out. */
const nano = agent("critic", { model: new ModelOfV4("Fine."), prompt: "?" });

async function costOf(...modules: readonly FlujoModule[]): Promise<bigint | undefined> {
  await using flujo = new Flujo(nano, { modules });
  return (await flujo.run("draft")).usage.costPico;
}

describe("a runner's agents are priced", () => {
  test("by the list, without any module", async () => {
    await using server = await startModelServer(chatAnswer({ content: "Fine." }));
    const model = createOpenAI({ baseURL: server.baseURL, apiKey: "none" }).chat("gpt-5-mini");
    await using flujo = new Flujo(agent("critic", { model, prompt: "?" }));
    // 20 x 0.25 + 10 x 0.025 + 9 x 2 millionths of a dollar
    expect((await flujo.run("draft")).usage.costPico).toBe(23_250_000n);
  });

  test("by overrides", async () => {
    expect(await costOf(prices({ overrides: { "acme/nano": { input: 1, cacheRead: "0.5", output: 2 } } }))).toBe(
      24_000_000n,
    );
  });

  test("not at all, where nobody knows the price", async () => {
    expect(await costOf()).toBeUndefined();
    expect(await costOf(prices())).toBeUndefined();
  });

  const free: PriceCatalog = {
    find: () => ({ catalog: "free", input: { picoPerMillion: 0n }, output: { picoPerMillion: 0n } }),
  };

  test.each<[string, readonly FlujoModule[]]>([
    ["that is given to the module", [prices({ catalog: free })]],
    ["that is registered alone", [(container) => container.register(PriceCatalog, { useValue: free })]],
    ["that is registered before", [(container) => container.register(PriceCatalog, { useValue: free }), prices()]],
    ["that is registered after", [prices(), (container) => container.register(PriceCatalog, { useValue: free })]],
  ])("by a list of one's own %s", async (_, modules) => {
    expect(await costOf(...modules)).toBe(0n);
  });

  test("by a calculator of one's own", async () => {
    const calculator: CostCalculator = { cost: () => ({ costPico: 5n, source: "override" }) };
    expect(await costOf((container) => container.register(CostCalculator, { useValue: calculator }))).toBe(5n);
  });
});

describe("strict pricing", () => {
  async function review(options: PricesOptions, model: string) {
    await using server = await startModelServer(chatAnswer({ content: "Fine." }));
    const openai = createOpenAI({ baseURL: server.baseURL, apiKey: "none" });
    const critic = agent("critic", { model: openai.chat(model), prompt: "?" }).withRetry({
      maxAttempts: 3,
      initialDelayMs: 0,
    });
    await using flujo = new Flujo(critic, { modules: [prices(options)] });
    const result = await flujo.run("draft");
    return { result, asked: server.asked.length };
  }

  test("refuses a model without a price: no request leaves, not even on a retry", async () => {
    const { result, asked } = await review({ strict: true }, "gpt-99");
    expect(asked).toBe(0);
    expect(result).toMatchObject({
      status: "failed",
      error: { name: UnpricedModelError.name, model: "openai/gpt-99", path: "critic#1/model" },
    });
    expect(result.usage.requests).toBe(0);
  });

  test("lets a model through that the list has, or an override", async () => {
    expect((await review({ strict: true }, "gpt-5-mini")).asked).toBe(1);
    const { result, asked } = await review(
      { strict: true, overrides: { "openai/gpt-99": { input: 1, output: 1 } } },
      "gpt-99",
    );
    expect(asked).toBe(1);
    expect(result.usage.costPico).toBe(39_000_000n);
  });

  test("is off unless it is switched on", async () => {
    const { result, asked } = await review({}, "gpt-99");
    expect(asked).toBe(1);
    expect(result).toMatchObject({ status: "completed", usage: { costPico: undefined } });
  });
});

describe("a budget", () => {
  const overrides = { "acme/nano": { input: 1, output: 1 } };
  const modules = [prices({ overrides })];

  async function run(pipeline: AnyStep, input: unknown, costUsd: number) {
    await using flujo = new Flujo(pipeline as never, { modules, budget: { costUsd } });
    return await flujo.run(input as never);
  }

  test("is not passed by calls side by side, since each sets aside what it may use", async () => {
    let calls = 0;
    const usage = {
      inputTokens: { total: 5, noCache: 5, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 1_000, text: 1_000, reasoning: 0 },
    };
    const model = new ModelOfV4(async () => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { content: [{ type: "text", text: "Fine." }], usage };
    });
    const writer = agent("writer", { model, prompt: "?", maxOutputTokens: 1_000 });
    // 1,005 millionths of a dollar each: there is room for four.
    const result = await run(
      map("all", writer, { concurrency: 16 }),
      Array.from({ length: 16 }, () => "draft"),
      0.0045,
    );
    expect(result).toMatchObject({ status: "failed", error: { code: "usage_limit_exceeded" } });
    expect(calls).toBe(4);
    expect(result.usage.costPico).toBe(4n * 1_005_000_000n);
  });

  test("that can't hold a call keeps it from being made", async () => {
    const model = new ModelOfV4("Fine.");
    const result = await run(agent("writer", { model, prompt: "?", maxOutputTokens: 10_000 }), "draft", 0.005);
    expect(result).toMatchObject({ status: "failed", error: { code: "usage_limit_exceeded" } });
    expect(model.asked).toHaveLength(0);
  });
});

test("each call is an event with its model, purpose and price, and a repair's cost can be told from the work's", async () => {
  const twice = step("twice", async (_: string, scope) => {
    scope.reportUsage({ model: "acme/nano", costPico: 1n });
    scope.reportUsage({ model: "acme/nano", costPico: 2n, purpose: "repair", estimated: true });
    return "done";
  });
  await using flujo = new Flujo(twice.pipe(nano));
  const events: RunEvent[] = [];
  for await (const event of flujo.stream("draft")) events.push(event);
  const reports = events
    .filter((event) => event.type === "step-usage")
    .map(({ path, report }) => ({ path, ...report }));
  expect(reports).toMatchObject([
    { path: "twice", costPico: 1n },
    { path: "twice", costPico: 2n, purpose: "repair", estimated: true },
    { path: "critic#1/model", model: "acme/nano", purpose: "step", inputTokens: 12, price: { source: "unknown" } },
  ]);
});
