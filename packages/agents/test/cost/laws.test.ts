import { usageByPurpose } from "@flujo/core";
import type { TokenUsage } from "@flujo/core/protocols";
import type { UsageReport } from "@flujo/dsl";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { charge } from "../../src/cost/charge.ts";
import { toPico, toUsd } from "../../src/cost/decimal.ts";
import { extractUsage, GenaiPriceCatalog } from "../../src/index.ts";
import { used } from "./invoices.ts";

const catalog = new GenaiPriceCatalog();
const LISTED = await Promise.all(
  [
    ["openai", "gpt-4.1-mini"],
    ["openai", "gpt-5.5"],
    ["google", "gemini-2.5-pro"],
    ["anthropic", "claude-sonnet-4-5"],
    ["deepseek", "deepseek-v4-pro"],
  ].map(async ([provider = "", model = ""]) => {
    const price = await catalog.find({ provider, model, time: Date.UTC(2026, 9, 1) });
    if (price === undefined) throw new Error(`${model} is not listed`);
    return price;
  }),
);

const prices = fc.constantFrom(...LISTED);
const tokens = fc.integer({ min: 0, max: 400_000 });

function pico(usage: TokenUsage, price: (typeof LISTED)[number]): bigint {
  const { costPico } = charge(usage, price);
  if (costPico === undefined) throw new Error("not charged");
  return costPico;
}

describe("a charge", () => {
  test("is never raised by the discovery that some of the prompt was cached", () => {
    fc.assert(
      fc.property(prices, tokens, fc.double({ min: 0, max: 1, noNaN: true }), tokens, (price, input, share, output) => {
        const plain = pico({ inputTokens: input, outputTokens: output }, price);
        const cacheReadTokens = Math.floor(input * share);
        expect(pico({ inputTokens: input, cacheReadTokens, outputTokens: output }, price) <= plain).toBe(true);
      }),
    );
  });

  test("never falls when more is used", () => {
    fc.assert(
      fc.property(prices, tokens, tokens, fc.nat(1_000), fc.nat(1_000), (price, input, output, more, longer) => {
        const less = pico({ inputTokens: input, outputTokens: output }, price);
        expect(pico({ inputTokens: input + more, outputTokens: output + longer }, price) >= less).toBe(true);
      }),
    );
  });

  test("is the same for a part that has no price of its own, told or not", () => {
    fc.assert(
      fc.property(prices, tokens, fc.nat(1_000), (price, input, thought) => {
        const usage = { inputTokens: input, outputTokens: 1_000 };
        expect(pico({ ...usage, reasoningTokens: thought, outputAudioTokens: 1_000 - thought }, price)).toBe(
          pico(usage, price),
        );
      }),
    );
  });
});

describe("a decimal", () => {
  test("is the same as a number and as a text, and comes back", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (amount) => {
        expect(toPico(toUsd(amount))).toBe(amount);
        expect(toPico(String(toUsd(amount)))).toBe(amount);
      }),
    );
  });
});

const reports: fc.Arbitrary<UsageReport> = fc.record({
  purpose: fc.constantFrom("step", "repair", "judge", undefined),
  inputTokens: fc.option(tokens, { nil: undefined }),
  outputTokens: fc.option(tokens, { nil: undefined }),
  costPico: fc.option(fc.bigInt({ min: 0n, max: 10n ** 18n }), { nil: undefined }),
});

describe("a sum of calls", () => {
  test("is the same in any order, and the sum of what each purpose took", () => {
    fc.assert(
      fc.property(fc.array(reports), fc.nat(), (calls, turn) => {
        const at = calls.length === 0 ? 0 : turn % calls.length;
        const turned = [...calls.slice(at), ...calls.slice(0, at)];
        const sums = usageByPurpose(calls);
        expect(new Map([...usageByPurpose(turned)].toSorted())).toStrictEqual(new Map([...sums].toSorted()));
        const all = usageByPurpose(calls.map((call) => ({ ...call, purpose: "all" }))).get("all");
        const known = [...sums.values()].reduce((sum, { known: { costPico } }) => sum + costPico, 0n);
        expect(all?.known.costPico ?? 0n).toBe(known);
      }),
    );
  });

  test("is at least what is known, and unknown as soon as one call's cost is", () => {
    fc.assert(
      fc.property(fc.array(reports, { minLength: 1 }), (calls) => {
        const all = usageByPurpose(calls.map((call) => ({ ...call, purpose: "all" }))).get("all");
        const said = calls.map(({ costPico }) => costPico).filter((costPico) => costPico !== undefined);
        const sum = said.reduce((a, b) => a + b, 0n);
        expect(all?.costPico).toBe(said.length === calls.length ? sum : undefined);
        expect(all?.known.costPico).toBe(sum);
      }),
    );
  });
});

test("whatever a provider says, what is extracted are amounts", () => {
  const anything = fc.oneof(fc.anything(), fc.integer(), fc.double());
  fc.assert(
    fc.property(anything, anything, anything, fc.object(), fc.anything(), (input, read, output, raw, metadata) => {
      const usage = {
        ...used(0, 0),
        inputTokens: { total: input, cacheRead: read },
        outputTokens: { total: output },
        raw,
      };
      const { tokens: amounts, reportedPico = 0n } = extractUsage(usage as never, metadata);
      for (const amount of Object.values(amounts)) expect(Number.isSafeInteger(amount) && amount >= 0).toBe(true);
      expect(reportedPico >= 0n).toBe(true);
    }),
  );
});
