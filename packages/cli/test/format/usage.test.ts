import { describe, expect, it } from "vitest";
import {
  addSpending,
  formatCost,
  formatDollars,
  formatTokens,
  formatUsage,
  NOTHING_SPENT,
  type Spending,
  subtractSpending,
} from "../../src/format/usage.ts";

const PICO = 1_000_000_000_000n;

function spending(part: Partial<Spending>): Spending {
  return { ...NOTHING_SPENT, requests: 1, ...part };
}

describe("formatUsage", () => {
  it("says nothing where no model was called", () => {
    expect(formatUsage(NOTHING_SPENT)).toBeUndefined();
  });

  it("says what is known exactly as it is", () => {
    const known = { totalTokens: 12_034, costPico: 12_300_000_000n };
    expect(formatUsage(spending({ ...known, known }))).toBe("12,034 tokens · $0.0123");
  });

  it("gives lower bounds when some calls did not say", () => {
    const used = spending({
      totalTokens: undefined,
      costPico: undefined,
      known: { totalTokens: 500, costPico: 2_000_000_000n },
    });
    expect(formatUsage(used)).toBe("≥ 500 tokens · ≥ $0.0020");
  });

  it("says unknown, and not nothing, when no call said", () => {
    const used = spending({ totalTokens: undefined, costPico: undefined });
    expect(formatTokens(used)).toBe("tokens unknown");
    expect(formatCost(used)).toBe("cost unknown");
  });

  it("shows calls that cost nothing as $0", () => {
    expect(formatCost(spending({}))).toBe("$0");
  });
});

describe("formatDollars", () => {
  it.each([
    [0n, "$0"],
    [1n, "< $0.0001"],
    [49_999_999n, "< $0.0001"],
    [50_000_000n, "$0.0001"],
    [999_900_000_000n, "$0.9999"],
    [PICO, "$1.00"],
    [1_234_567n * PICO + 890_000_000_000n, "$1,234,567.89"],
  ])("says %d pico-dollars as %s", (pico, text) => {
    expect(formatDollars(pico)).toBe(text);
  });
});

describe("addSpending", () => {
  it("keeps a total unknown once a part of it is, and goes on adding what is known", () => {
    const a = spending({ totalTokens: 10, costPico: undefined, known: { totalTokens: 10, costPico: 0n } });
    const b = spending({ totalTokens: 5, costPico: 7n, known: { totalTokens: 5, costPico: 7n } });
    expect(addSpending(a, b)).toEqual({
      requests: 2,
      totalTokens: 15,
      costPico: undefined,
      known: { totalTokens: 15, costPico: 7n },
    });
  });
});

describe("subtractSpending", () => {
  const all = spending({ requests: 3, totalTokens: 30, costPico: PICO, known: { totalTokens: 30, costPico: PICO } });

  it("gives what is left", () => {
    const part = spending({ requests: 1, totalTokens: 10, known: { totalTokens: 10, costPico: PICO / 4n } });
    expect(subtractSpending(all, part)).toEqual({
      requests: 2,
      totalTokens: 20,
      costPico: (PICO / 4n) * 3n,
      known: { totalTokens: 20, costPico: (PICO / 4n) * 3n },
    });
  });

  it("knows that nothing is left also of what is not known", () => {
    const unknown = { ...all, costPico: undefined };
    expect(subtractSpending(unknown, unknown)).toEqual(NOTHING_SPENT);
    expect(subtractSpending(unknown, NOTHING_SPENT)).toEqual(unknown);
  });
});
