import { CostCalculator } from "@flujo/core/protocols";
import type { BudgetPolicy, ServiceToken, StepScope } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import {
  admitCall,
  bookCall,
  bookFailedCall,
  estimateTokens,
  GenaiPriceCatalog,
  LayeredCostCalculator,
  OverridePriceCatalog,
} from "../../src/index.ts";
import { type RecordingScope, recordingScope } from "../support/scope.ts";
import { used } from "./invoices.ts";

const calculator = new LayeredCostCalculator({
  overrides: new OverridePriceCatalog({
    "acme/nano": [
      { input: 1, output: 2, from: "2026-01-01" },
      { input: 3, output: 3 },
    ],
  }),
  catalog: new GenaiPriceCatalog(),
});

/** A scope of a runner with these prices. */
function pricedScope(signal?: AbortSignal): RecordingScope<unknown> & { readonly reserved: BudgetPolicy[] } {
  const reserved: BudgetPolicy[] = [];
  const scope = recordingScope(signal === undefined ? {} : { signal });
  const resolve = <Service>(token: ServiceToken<Service>): Service =>
    token === CostCalculator ? (calculator as Service) : scope.resolve(token);
  return { ...scope, resolve, reserved, reserveUsage: async (estimate) => void reserved.push(estimate) };
}

const nano = { model: "acme/nano", calledAt: Date.UTC(2026, 5, 1) };
const messages = [{ role: "user", content: [{ type: "text", text: "x".repeat(4_000) }] }];

describe("a call that was answered", () => {
  test("is booked with what it was for, what it cost, and who says so", async () => {
    const scope = pricedScope();
    const report = await bookCall(scope, { ...nano, usage: used(100, 10), purpose: "judge", promptVersion: "7" });
    expect(scope.reports).toStrictEqual([report]);
    expect(report).toEqual({
      model: "acme/nano",
      purpose: "judge",
      promptVersion: "7",
      inputTokens: 100,
      outputTokens: 10,
      cachedInputTokens: 0,
      costPico: 120_000_000n,
      price: { source: "override", since: "2026-01-01" },
    });
  });

  test("is charged by the price of its time, not of the booking's", async () => {
    const report = await bookCall(pricedScope(), { ...nano, calledAt: Date.UTC(2025, 11, 31), usage: used(100, 10) });
    expect(report.costPico).toBe(330_000_000n);
  });

  test("is marked where its usage contradicts itself", async () => {
    const report = await bookCall(pricedScope(), { ...nano, usage: used(100, 10, { read: 101 }) });
    expect(report).toMatchObject({ suspect: expect.stringContaining("Cache"), costPico: undefined });
  });
});

describe("a calculator that fails", () => {
  const failing = { cost: () => Promise.reject(new Error("the list is out of reach")), strict: true };
  const scope = { ...recordingScope(), resolve: <Service>(token: ServiceToken<Service>) => failingAt(token) };
  const failingAt = <Service>(token: ServiceToken<Service>): Service =>
    token === CostCalculator ? (failing as Service) : recordingScope().resolve(token);

  test("leaves the cost unknown, and the call booked", async () => {
    const report = await bookCall(scope, { ...nano, usage: used(100, 10) });
    expect(report).toMatchObject({ inputTokens: 100, costPico: undefined, price: { source: "unknown" } });
    expect(report.price?.why).toContain("the list is out of reach");
    expect(scope.reports).toStrictEqual([report]);
  });

  test("lets no call begin where pricing is strict", async () => {
    await expect(admitCall(scope, { model: "acme/nano", prompt: "?" })).rejects.toThrow("out of reach");
  });
});

describe("a call that failed", () => {
  const failed = { ...nano, prompt: messages, purpose: "re-ask" };
  const refused = Object.assign(new Error("too many"), { statusCode: 429 });

  test.each<[string, unknown]>([
    ["its provider refused it", refused],
    ["its provider broke down", Object.assign(new Error("down"), { statusCode: 500 })],
    [
      "it was never sent",
      new Error("fetch failed", { cause: Object.assign(new Error("no"), { code: "ECONNREFUSED" }) }),
    ],
    ["it could not be asked that way", new TypeError("no API key")],
  ])("is not booked if %s", async (_, error) => {
    const scope = pricedScope();
    expect(await bookFailedCall(scope, { ...failed, error })).toBeUndefined();
    expect(scope.reports).toEqual([]);
  });

  test.each<[string, unknown]>([
    ["the connection was cut", new Error("failed", { cause: Object.assign(new Error("cut"), { code: "ECONNRESET" }) })],
    ["it took too long", new DOMException("too long", "TimeoutError")],
    ["its answer could not be read", Object.assign(new Error("Invalid JSON response"), { statusCode: 200 })],
  ])("is booked by an estimate, marked as one, if %s", async (_, error) => {
    const scope = pricedScope();
    await bookFailedCall(scope, { ...failed, error });
    expect(scope.reports).toMatchObject([{ estimated: true, purpose: "re-ask", outputTokens: 0 }]);
    expect(scope.reports[0]?.inputTokens).toBeGreaterThan(999);
  });

  test("is booked with what of the stream had arrived, if it was called off", async () => {
    const scope = pricedScope(AbortSignal.abort());
    await bookFailedCall(scope, { ...failed, error: new Error("whatever"), output: "y".repeat(400) });
    const inputTokens = estimateTokens(messages);
    expect(scope.reports).toMatchObject([
      { estimated: true, inputTokens, outputTokens: 100, costPico: BigInt(inputTokens + 200) * 1_000_000n },
    ]);
  });

  test("is booked with what its provider said, which is no estimate", async () => {
    const scope = pricedScope(AbortSignal.abort());
    await bookFailedCall(scope, { ...failed, error: refused, usage: used(70, 3) });
    await bookFailedCall(scope, {
      ...failed,
      error: Object.assign(new Error("no object"), { usage: { inputTokens: 8, outputTokens: 9 } }),
    });
    expect(scope.reports).toMatchObject([
      { inputTokens: 70, outputTokens: 3 },
      { inputTokens: 8, outputTokens: 9 },
    ]);
    for (const report of scope.reports) expect(report).not.toHaveProperty("estimated");
  });

  test("does not lead in circles", async () => {
    const error = new Error("round");
    error.cause = error;
    expect(await bookFailedCall(pricedScope(), { ...failed, error })).toBeUndefined();
  });
});

describe("a call that is to be made", () => {
  async function reserved(
    call: Omit<Parameters<typeof admitCall>[1], "model">,
    model = "acme/nano",
  ): Promise<BudgetPolicy> {
    const scope = pricedScope();
    await admitCall(scope, { model, ...call });
    expect(scope.reserved).toHaveLength(1);
    return scope.reserved[0] as BudgetPolicy;
  }

  test("sets aside a tenth more than the prompt seems to have, and all that may come out, at their prices", async () => {
    const input = Math.ceil((estimateTokens(messages) * 11) / 10);
    // By the price of the clock's time, which is after the change.
    expect(await reserved({ prompt: messages, maxOutputTokens: 500 })).toStrictEqual({
      totalTokens: input + 500,
      costUsd: (input + 500 * 2) / 1e6,
    });
  });

  test("sets aside tools and the format of the answer, which are read like the prompt", async () => {
    const plain = await reserved({ prompt: messages });
    const tools = [{ type: "function", name: "search", inputSchema: { type: "object", description: "z".repeat(400) } }];
    const withTools = await reserved({ prompt: messages, tools });
    const withFormat = await reserved({
      prompt: messages,
      responseFormat: { type: "json", schema: { description: "z".repeat(400) } },
    });
    for (const more of [withTools, withFormat]) {
      expect(more.totalTokens).toBeGreaterThan((plain.totalTokens ?? 0) + 100);
    }
  });

  test("sets aside tokens alone where nobody knows its price", async () => {
    expect(await reserved({ prompt: "?", maxOutputTokens: 5 }, "acme/other")).toStrictEqual({ totalTokens: 7 });
  });
});

describe("the estimate of a prompt", () => {
  test("is a token for four bytes, so that other alphabets have more to a letter", () => {
    expect(estimateTokens("Once upon a time")).toBe(4);
    expect(estimateTokens("昔々あるところに")).toBe(6);
    expect(estimateTokens("")).toBe(0);
    expect(estimateTokens(undefined)).toBe(0);
  });

  test("takes a file for a thousand tokens, whatever is in it", () => {
    const file = { type: "file", mediaType: "image/png", data: new Uint8Array(1_000_000) };
    expect(estimateTokens([{ role: "user", content: [file] }])).toBeLessThan(1_050);
    expect(estimateTokens([{ role: "user", content: [file, file] }])).toBeGreaterThan(1_999);
  });

  test("leaves out what is for the provider's package alone", () => {
    const message = { role: "user", content: "?" };
    expect(estimateTokens({ ...message, providerOptions: { acme: { note: "z".repeat(999) } } })).toBe(
      estimateTokens(message),
    );
  });
});

test("a scope without a runner's calculator has list prices", async () => {
  const scope: StepScope = recordingScope();
  expect((await bookCall(scope, { model: "openai/gpt-4.1-mini", usage: used(1, 0) })).costPico).toBe(400_000n);
});
