import type { UsageReport } from "@flujo/dsl";
import { type KnownTotals, NO_USAGE, type Usage } from "../protocols/usage.ts";

const COUNTS = ["inputTokens", "outputTokens", "cachedInputTokens", "reasoningTokens", "totalTokens"] as const;
const PICO_PER_USD = 1e12;

/** What one call used, with what was said of it. */
export interface CallUsage extends Usage {
  readonly report: UsageReport;
}

/** One call's report as usage: what it leaves out, or gives as a number that can't be, is unknown. */
export function usageOf(report: UsageReport): CallUsage {
  const inputTokens = count(report.inputTokens);
  const outputTokens = count(report.outputTokens);
  const totalTokens = inputTokens === undefined || outputTokens === undefined ? undefined : inputTokens + outputTokens;
  const costPico = report.costPico ?? picoDollars(report.costUsd);
  const totals = {
    inputTokens,
    outputTokens,
    cachedInputTokens: count(report.cachedInputTokens),
    reasoningTokens: count(report.reasoningTokens),
    totalTokens,
    costPico,
  };
  const known: KnownTotals = {
    inputTokens: inputTokens ?? 0,
    outputTokens: outputTokens ?? 0,
    cachedInputTokens: totals.cachedInputTokens ?? 0,
    reasoningTokens: totals.reasoningTokens ?? 0,
    totalTokens: (inputTokens ?? 0) + (outputTokens ?? 0),
    costPico: costPico ?? 0n,
  };
  return { requests: 1, ...totals, costUsd: toUsd(costPico), known, report };
}

/** Written out, since a step's usage is added to that of all around it, and loops over names cost several times as much. */
export function sumOf(a: Usage, b: Usage): Usage {
  if (a.requests === 0) return b;
  if (b.requests === 0) return a;
  const costPico = a.costPico === undefined || b.costPico === undefined ? undefined : a.costPico + b.costPico;
  return {
    requests: a.requests + b.requests,
    inputTokens: plus(a.inputTokens, b.inputTokens),
    outputTokens: plus(a.outputTokens, b.outputTokens),
    cachedInputTokens: plus(a.cachedInputTokens, b.cachedInputTokens),
    reasoningTokens: plus(a.reasoningTokens, b.reasoningTokens),
    totalTokens: plus(a.totalTokens, b.totalTokens),
    costPico,
    costUsd: toUsd(costPico),
    known: {
      inputTokens: a.known.inputTokens + b.known.inputTokens,
      outputTokens: a.known.outputTokens + b.known.outputTokens,
      cachedInputTokens: a.known.cachedInputTokens + b.known.cachedInputTokens,
      reasoningTokens: a.known.reasoningTokens + b.known.reasoningTokens,
      totalTokens: a.known.totalTokens + b.known.totalTokens,
      costPico: a.known.costPico + b.known.costPico,
    },
  };
}

/** What is left of `all` without `part`, which is in it. */
export function without(all: Usage, part: Usage): Usage {
  if (all.requests === part.requests) return NO_USAGE;
  const costPico = part.costPico === undefined ? undefined : all.costPico && all.costPico - part.costPico;
  const left = (name: (typeof COUNTS)[number]): number | undefined => plus(all[name], part[name] && -part[name]);
  return {
    requests: all.requests - part.requests,
    ...(Object.fromEntries(COUNTS.map((name) => [name, left(name)])) as Pick<Usage, (typeof COUNTS)[number]>),
    costPico,
    costUsd: toUsd(costPico),
    known: {
      ...(Object.fromEntries(COUNTS.map((name) => [name, all.known[name] - part.known[name]])) as Omit<
        KnownTotals,
        "costPico"
      >),
      costPico: all.known.costPico - part.known.costPico,
    },
  };
}

/** What is unknown makes the sum unknown. */
function plus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}

/** In US dollars. */
export function toUsd<Pico extends bigint | undefined>(pico: Pico): Pico extends bigint ? number : number | undefined;
export function toUsd(pico: bigint | undefined): number | undefined {
  return pico === undefined ? undefined : Number(pico) / PICO_PER_USD;
}

function count(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

function picoDollars(usd: number | undefined): bigint | undefined {
  return usd !== undefined && Number.isFinite(usd) && usd >= 0 ? BigInt(Math.round(usd * PICO_PER_USD)) : undefined;
}
