import type { KnownTotals, Usage } from "../../protocols/usage.ts";

/** A {@link Usage} as JSON can have it: money as text, and what is unknown is not there. */
export interface StoredUsage extends Partial<Omit<Usage, "costPico" | "known">> {
  readonly requests: number;
  readonly costPico?: string;
  readonly known: Omit<KnownTotals, "costPico"> & { readonly costPico: string };
}

export function usageToStored({ costPico, known, ...usage }: Usage): StoredUsage {
  return {
    ...usage,
    ...(costPico !== undefined && { costPico: `${costPico}` }),
    known: { ...known, costPico: `${known.costPico}` },
  };
}

export function usageFromStored({ costPico, known, ...usage }: StoredUsage): Usage {
  return {
    requests: usage.requests,
    inputTokens: usage.inputTokens,
    outputTokens: usage.outputTokens,
    cachedInputTokens: usage.cachedInputTokens,
    reasoningTokens: usage.reasoningTokens,
    totalTokens: usage.totalTokens,
    costPico: costPico === undefined ? undefined : BigInt(costPico),
    costUsd: usage.costUsd,
    known: { ...known, costPico: BigInt(known.costPico) },
  };
}
