import type { CallCost, TokenUsage } from "@flujo/core/protocols";
import type { PriceNote, UsageReport } from "@flujo/dsl";

/** What a call used and cost, as `scope.reportUsage` takes it. */
export function usageReport(
  tokens: TokenUsage,
  cost: CallCost,
  call: Pick<UsageReport, "model" | "purpose" | "promptVersion" | "estimated" | "suspect">,
): UsageReport {
  return {
    ...call,
    inputTokens: tokens.inputTokens,
    outputTokens: tokens.outputTokens,
    cachedInputTokens: tokens.cacheReadTokens,
    cacheWriteTokens: tokens.cacheWriteTokens,
    reasoningTokens: tokens.reasoningTokens,
    costPico: cost.costPico,
    price: priceNote(cost),
  };
}

function priceNote(cost: CallCost): PriceNote {
  if (cost.source === "unknown") return { source: "unknown", why: cost.why };
  const { costPico: _, ...note } = cost;
  return note;
}
