import type { CallCost, CostCalculator, ModelPrice, PriceCatalog, PricedCall } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";

/** How the suite gets at the cost calculator under test. */
export interface CostCalculatorHarness {
  /** Of the implementation, as the suite's title shows it. */
  readonly name: string;
  /** A calculator that goes by this price list, and has no prices beside it. */
  readonly open: (catalog: PriceCatalog) => CostCalculator | Promise<CostCalculator>;
}

const DAY_MS = 86_400_000;
/** One dollar per million tokens is so many pico-dollars for each. */
const DOLLAR = 1_000_000_000_000n;

const PRICE: ModelPrice = {
  catalog: "test 1",
  input: { picoPerMillion: 4n * DOLLAR, tiers: [{ aboveInputTokens: 1_000, picoPerMillion: 8n * DOLLAR }] },
  cacheRead: { picoPerMillion: 1n * DOLLAR },
  cacheWrite: { picoPerMillion: 5n * DOLLAR },
  cacheWrite1h: { picoPerMillion: 7n * DOLLAR },
  output: { picoPerMillion: 20n * DOLLAR, tiers: [{ aboveInputTokens: 1_000, picoPerMillion: 30n * DOLLAR }] },
};

const FREE: ModelPrice = { catalog: "test 1", input: { picoPerMillion: 0n }, output: { picoPerMillion: 0n } };
const CRUMBS: ModelPrice = {
  catalog: "test 1",
  input: { picoPerMillion: 300_000n },
  output: { picoPerMillion: 300_000n },
};

/** A list of three models, one of which was dearer by half on the first day. */
const LIST: PriceCatalog = {
  find: ({ model, time }) => {
    if (model === "free") return FREE;
    if (model === "crumbs") return CRUMBS;
    if (model !== "nano") return undefined;
    return time < DAY_MS ? { ...PRICE, input: { picoPerMillion: 6n * DOLLAR } } : PRICE;
  },
};

/** The contract of {@link CostCalculator} as a suite of tests. Call it at the top of a test file that Vitest runs. */
export function describeCostCalculator({ name, open }: CostCalculatorHarness): void {
  async function cost(usage: PricedCall["usage"], more: Partial<PricedCall> = {}): Promise<CallCost> {
    return (await open(LIST)).cost({ provider: "acme", model: "nano", time: 2 * DAY_MS, usage, ...more });
  }

  async function pico(usage: PricedCall["usage"], more: Partial<PricedCall> = {}): Promise<bigint | undefined> {
    return (await cost(usage, more)).costPico;
  }

  describe(`The ${name} cost calculator`, () => {
    test("charges what went in and what came out by the list, and names it", async () => {
      expect(await cost({ inputTokens: 100, outputTokens: 10 })).toMatchObject({
        costPico: 600_000_000n,
        source: "catalog",
        catalog: "test 1",
      });
    });

    test("believes what the provider says before what the list says, down to nothing", async () => {
      const said = { inputTokens: 100, outputTokens: 10 };
      expect(await cost(said, { reportedPico: 7n })).toMatchObject({ costPico: 7n, source: "provider" });
      expect(await cost(said, { reportedPico: 0n })).toMatchObject({ costPico: 0n, source: "provider" });
      expect(await cost({}, { reportedPico: 7n, model: "unheard-of" })).toMatchObject({ costPico: 7n });
    });

    test("charges what was read from the cache by its own price, and once", async () => {
      expect(await pico({ inputTokens: 100, cacheReadTokens: 60, outputTokens: 0 })).toBe(220_000_000n);
    });

    test("charges what was written to the cache by its own price, an hour for more than five minutes", async () => {
      const written = { inputTokens: 100, cacheWriteTokens: 60, outputTokens: 0 };
      expect(await pico(written)).toBe(460_000_000n);
      expect(await pico({ ...written, cacheWrite1hTokens: 50 })).toBe(560_000_000n);
    });

    test("charges reasoning, where it has no price of its own, as what came out", async () => {
      expect(await pico({ inputTokens: 0, outputTokens: 10, reasoningTokens: 9 })).toBe(200_000_000n);
    });

    test("goes by the tier of the whole input, which begins above its limit", async () => {
      expect(await pico({ inputTokens: 1_000, outputTokens: 1 })).toBe(4_020_000_000n);
      expect(await pico({ inputTokens: 1_001, outputTokens: 1 })).toBe(8_038_000_000n);
      expect(await pico({ inputTokens: 1_001, cacheReadTokens: 1_000, outputTokens: 1 })).toBe(1_038_000_000n);
    });

    test("rounds once, at the end, to the nearest pico-dollar", async () => {
      // 0.3 of one each.
      expect(await pico({ inputTokens: 1, outputTokens: 0 }, { model: "crumbs" })).toBe(0n);
      expect(await pico({ inputTokens: 1, outputTokens: 1 }, { model: "crumbs" })).toBe(1n);
      expect(await pico({ inputTokens: 5, outputTokens: 0 }, { model: "crumbs" })).toBe(2n);
    });

    test("is exact where numbers are not", async () => {
      const inputTokens = Number.MAX_SAFE_INTEGER;
      expect(await pico({ inputTokens, outputTokens: 0 })).toBe(BigInt(inputTokens) * 8_000_000n);
    });

    test("goes by the price at the time of the call", async () => {
      expect(await pico({ inputTokens: 100, outputTokens: 0 }, { time: DAY_MS - 1 })).toBe(600_000_000n);
      expect(await pico({ inputTokens: 100, outputTokens: 0 }, { time: DAY_MS })).toBe(400_000_000n);
    });

    test("does not know what a model without a price costs, and says so", async () => {
      const unknown = await cost({ inputTokens: 100, outputTokens: 10 }, { model: "unheard-of" });
      expect(unknown).toMatchObject({ costPico: undefined, source: "unknown", missing: "price" });
      expect((unknown as { readonly why: string }).why).toContain("unheard-of");
    });

    test("does not know what a call costs that does not say how much it was", async () => {
      for (const usage of [{}, { inputTokens: 100 }, { outputTokens: 10 }]) {
        expect(await cost(usage)).toMatchObject({ costPico: undefined, source: "unknown", missing: "usage" });
      }
    });

    test("does not go by a usage that contradicts itself", async () => {
      const usage = { inputTokens: 100, outputTokens: 10 };
      expect(await cost(usage, { suspect: "it does" })).toMatchObject({ costPico: undefined, missing: "usage" });
      expect(await cost(usage, { suspect: "it does", reportedPico: 7n })).toMatchObject({ costPico: 7n });
    });

    test("knows that what is free costs nothing, however much it was", async () => {
      expect(await pico({ inputTokens: 100, outputTokens: 10 }, { model: "free" })).toBe(0n);
    });
  });
}
