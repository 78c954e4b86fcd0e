import type { CountedUsage, ResolvedAnswer } from "../script/resolved-reply.ts";
import type { ModelContent, ModelFinish, ReportedUsage } from "./language-model.ts";

export function contentOf({ parts }: ResolvedAnswer): ModelContent[] {
  return parts.map((part) => {
    if (part.type === "reasoning") return { type: "reasoning", text: part.text };
    if (part.type !== "tool-call") return { type: "text", text: part.text };
    return { type: "tool-call", toolCallId: part.id, toolName: part.name, input: part.text };
  });
}

/** A refusal is to the SDK a text that ends by the content filter. */
export function finishOf({ finish }: ResolvedAnswer): ModelFinish {
  return { unified: finish === "refusal" ? "content-filter" : finish, raw: finish };
}

export function usageOf(usage: CountedUsage): ReportedUsage {
  if (!usage.isReported) return UNKNOWN_USAGE;
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  return {
    inputTokens: {
      total: inputTokens,
      noCache: inputTokens - cacheReadTokens - cacheWriteTokens,
      cacheRead: cacheReadTokens,
      cacheWrite: cacheWriteTokens,
    },
    outputTokens: { total: outputTokens, text: outputTokens - reasoningTokens, reasoning: reasoningTokens },
  };
}

export const UNKNOWN_USAGE: ReportedUsage = {
  inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: undefined, text: undefined, reasoning: undefined },
};
