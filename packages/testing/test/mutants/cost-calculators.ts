import type { CallCost, CostCalculator, PriceCatalog, PricedCall, TokenRate } from "@flujo/core/protocols";
import type { CostCalculatorHarness } from "@flujo/testing";

const MILLION = 1_000_000n;

/** Does what the contract asks for, and no more: a mutant changes one of its methods. */
class PlainCostCalculator implements CostCalculator {
  protected readonly catalog: PriceCatalog;

  constructor(catalog: PriceCatalog) {
    this.catalog = catalog;
  }

  async cost(call: PricedCall): Promise<CallCost> {
    if (call.reportedPico !== undefined) return { costPico: call.reportedPico, source: "provider" };
    const price = await this.catalog.find(call);
    if (price === undefined) return this.unknown("price", call);
    const { usage } = call;
    const { inputTokens: input, outputTokens: output, cacheReadTokens: read = 0, cacheWriteTokens: write = 0 } = usage;
    if (call.suspect !== undefined || input === undefined || output === undefined) return this.unknown("usage", call);
    const long = usage.cacheWrite1hTokens ?? 0;
    const lines: readonly (readonly [number, TokenRate | undefined])[] = [
      [input - read - write, price.input],
      [read, price.cacheRead ?? price.input],
      [write - long, price.cacheWrite ?? price.input],
      [long, price.cacheWrite1h ?? price.input],
      [output, price.output],
    ];
    return { costPico: this.sum(lines, input), source: "catalog", catalog: price.catalog };
  }

  protected sum(lines: readonly (readonly [number, TokenRate | undefined])[], input: number): bigint {
    const sum = lines.reduce((all, [tokens, rate]) => all + BigInt(tokens) * this.rate(rate, input), 0n);
    return (sum + MILLION / 2n) / MILLION;
  }

  protected rate(rate: TokenRate | undefined, input: number): bigint {
    if (rate === undefined) return 0n;
    return rate.tiers?.findLast((tier) => input > tier.aboveInputTokens)?.picoPerMillion ?? rate.picoPerMillion;
  }

  protected unknown(missing: "price" | "usage", { model }: PricedCall): CallCost {
    return { costPico: undefined, source: "unknown", missing, why: `nothing is known of ${model}` };
  }
}

/** Asks a right one about another call than the one it was asked about. */
function about(change: (call: PricedCall) => PricedCall): CostCalculatorHarness["open"] {
  return (catalog) => {
    const right = new PlainCostCalculator(catalog);
    return { cost: (call) => right.cost(change(call)) };
  };
}

/** Cost calculators that each break one promise, by the title (in part) of a test that has to notice. */
export const COST_CALCULATORS: Readonly<Record<string, CostCalculatorHarness["open"]>> = {
  "charges what went in and what came out by the list": about((call) => ({
    ...call,
    usage: { ...call.usage, outputTokens: call.usage.outputTokens && 0 },
  })),

  "believes what the provider says before what the list says": about(({ reportedPico, ...call }) =>
    reportedPico ? { ...call, reportedPico } : call,
  ),

  "charges what was read from the cache by its own price, and once": about((call) => ({
    ...call,
    // The input is taken for what is beside the cached.
    usage: {
      ...call.usage,
      inputTokens: call.usage.inputTokens && call.usage.inputTokens + (call.usage.cacheReadTokens ?? 0),
    },
  })),

  "an hour for more than five minutes": about((call) => ({
    ...call,
    usage: { ...call.usage, cacheWrite1hTokens: undefined },
  })),

  "charges reasoning, where it has no price of its own": about((call) => ({
    ...call,
    usage: {
      ...call.usage,
      outputTokens: call.usage.outputTokens && call.usage.outputTokens + (call.usage.reasoningTokens ?? 0),
    },
  })),

  "goes by the tier of the whole input": (catalog) =>
    new (class extends PlainCostCalculator {
      protected override rate(rate: TokenRate | undefined, input: number): bigint {
        return super.rate(rate, input + 1);
      }
    })(catalog),

  "rounds once, at the end": (catalog) =>
    new (class extends PlainCostCalculator {
      protected override sum(lines: readonly (readonly [number, TokenRate | undefined])[], input: number): bigint {
        return lines.reduce((all, line) => all + super.sum([line], input), 0n);
      }
    })(catalog),

  "is exact where numbers are not": (catalog) =>
    new (class extends PlainCostCalculator {
      protected override sum(lines: readonly (readonly [number, TokenRate | undefined])[], input: number): bigint {
        const sum = lines.reduce((all, [tokens, rate]) => all + tokens * Number(this.rate(rate, input)), 0);
        return BigInt(Math.round(sum / 1e6));
      }
    })(catalog),

  "goes by the price at the time of the call": about((call) => ({ ...call, time: 1e12 })),

  "does not know what a model without a price costs": (catalog) =>
    new (class extends PlainCostCalculator {
      protected override unknown(missing: "price" | "usage", call: PricedCall): CallCost {
        return missing === "price" ? { costPico: 0n, source: "catalog" } : super.unknown(missing, call);
      }
    })(catalog),

  "does not know what a call costs that does not say how much it was": about((call) => ({
    ...call,
    usage: { ...call.usage, inputTokens: call.usage.inputTokens ?? 0, outputTokens: call.usage.outputTokens ?? 0 },
  })),

  "does not go by a usage that contradicts itself": about(({ suspect: _, ...call }) => call),

  "knows that what is free costs nothing": (catalog) =>
    new (class extends PlainCostCalculator {
      override async cost(call: PricedCall): Promise<CallCost> {
        const cost = await super.cost(call);
        // What is nothing is taken for what is unknown.
        return cost.source === "catalog" && cost.costPico === 0n && call.model === "free"
          ? this.unknown("price", call)
          : cost;
      }
    })(catalog),
};
