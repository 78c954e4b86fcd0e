import type { Usage } from "@flujo/core/protocols";

/** The part of {@link Usage} that is shown. */
export type Spending = Pick<Usage, "requests" | "totalTokens" | "costPico"> & {
  readonly known: Pick<Usage["known"], "totalTokens" | "costPico">;
};

export const NOTHING_SPENT: Spending = {
  requests: 0,
  totalTokens: 0,
  costPico: 0n,
  known: { totalTokens: 0, costPico: 0n },
};

const PICO_PER_USD = 1_000_000_000_000n;

export function addSpending(a: Spending, b: Spending): Spending {
  return {
    requests: a.requests + b.requests,
    totalTokens: a.totalTokens === undefined || b.totalTokens === undefined ? undefined : a.totalTokens + b.totalTokens,
    costPico: a.costPico === undefined || b.costPico === undefined ? undefined : a.costPico + b.costPico,
    known: { totalTokens: a.known.totalTokens + b.known.totalTokens, costPico: a.known.costPico + b.known.costPico },
  };
}

/** What is left of `a` without `b`, which is part of it. Where `a` is not known, neither is the rest, unless nothing is left. */
export function subtractSpending(a: Spending, b: Spending): Spending {
  const requests = a.requests - b.requests;
  if (requests === 0) return NOTHING_SPENT;
  const known = {
    totalTokens: a.known.totalTokens - b.known.totalTokens,
    costPico: a.known.costPico - b.known.costPico,
  };
  return {
    requests,
    totalTokens: a.totalTokens === undefined ? undefined : known.totalTokens,
    costPico: a.costPico === undefined ? undefined : known.costPico,
    known,
  };
}

/**
 * How many tokens, for people: `12,034 tokens`, `≥ 12,034 tokens` when some calls did not say, or
 * `tokens unknown` when none did. Absent if no model was called.
 */
export function formatTokens(usage: Spending): string | undefined {
  if (usage.requests === 0) return undefined;
  if (usage.totalTokens !== undefined) return `${count(usage.totalTokens)} tokens`;
  return usage.known.totalTokens > 0 ? `≥ ${count(usage.known.totalTokens)} tokens` : "tokens unknown";
}

/**
 * What it cost, for people: `$0.0123`, `≥ $0.0123` when the price of some calls is not known, or
 * `cost unknown` when that of none is. Absent if no model was called.
 */
export function formatCost(usage: Spending): string | undefined {
  if (usage.requests === 0) return undefined;
  if (usage.costPico !== undefined) return formatDollars(usage.costPico);
  return usage.known.costPico > 0n ? `≥ ${formatDollars(usage.known.costPico)}` : "cost unknown";
}

/** Tokens and cost on one line: `12,034 tokens · ≥ $0.0123`. Absent if no model was called. */
export function formatUsage(usage: Spending): string | undefined {
  const parts = [formatTokens(usage), formatCost(usage)].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(" · ");
}

/** Four decimals up to a dollar, two above; what is more than nothing is never shown as nothing. */
export function formatDollars(pico: bigint): string {
  if (pico === 0n) return "$0";
  const decimals = pico >= PICO_PER_USD ? 2 : 4;
  const unit = PICO_PER_USD / 10n ** BigInt(decimals);
  const units = (pico + unit / 2n) / unit;
  if (units === 0n) return "< $0.0001";
  const digits = units.toString().padStart(decimals + 1, "0");
  return `$${count(Number(digits.slice(0, -decimals)))}.${digits.slice(-decimals)}`;
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}
