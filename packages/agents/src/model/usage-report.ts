import type { UsageReport } from "@flujo/dsl";
import type { ModelUsage } from "./language-model.ts";

/**
 * What a call used, as `scope.reportUsage` takes it. What the provider left out, or gave as something
 * that can't be an amount, stays out: unknown is not 0.
 *
 * A cost is taken from `usage.raw.cost`, in US dollars, where the provider puts one there (OpenRouter does).
 */
export function toUsageReport(usage: ModelUsage | undefined, model: string): UsageReport {
  return {
    model,
    inputTokens: amount(usage?.inputTokens?.total),
    outputTokens: amount(usage?.outputTokens?.total),
    cachedInputTokens: amount(usage?.inputTokens?.cacheRead),
    reasoningTokens: amount(usage?.outputTokens?.reasoning),
    costUsd: amount(usage?.raw?.cost),
  };
}

function amount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : undefined;
}
