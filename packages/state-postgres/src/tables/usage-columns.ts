import type { KnownTotals, Usage } from "@flujo/core/protocols";

/** The columns that hold a {@link Usage}, in `runs` as in `journal_entries`, with their types. */
export const USAGE_COLUMNS = {
  requests: "bigint",
  input_tokens: "double precision",
  output_tokens: "double precision",
  cached_input_tokens: "double precision",
  reasoning_tokens: "double precision",
  total_tokens: "double precision",
  cost_pico: "numeric",
  cost_usd: "double precision",
  known_input_tokens: "double precision",
  known_output_tokens: "double precision",
  known_cached_input_tokens: "double precision",
  known_reasoning_tokens: "double precision",
  known_total_tokens: "double precision",
  known_cost_pico: "numeric",
} as const;

/** NULL stands for unknown, or for no usage at all. */
export type UsageRow = {
  readonly [Column in keyof typeof USAGE_COLUMNS]:
    | ((typeof USAGE_COLUMNS)[Column] extends "double precision" ? number : bigint)
    | null;
};

/** Every column NULL if there is no usage. */
export function usageToRow(usage: Usage | undefined): UsageRow {
  const known: Partial<KnownTotals> = usage?.known ?? {};
  return {
    requests: usage ? BigInt(usage.requests) : null,
    input_tokens: usage?.inputTokens ?? null,
    output_tokens: usage?.outputTokens ?? null,
    cached_input_tokens: usage?.cachedInputTokens ?? null,
    reasoning_tokens: usage?.reasoningTokens ?? null,
    total_tokens: usage?.totalTokens ?? null,
    cost_pico: usage?.costPico ?? null,
    cost_usd: usage?.costUsd ?? null,
    known_input_tokens: known.inputTokens ?? null,
    known_output_tokens: known.outputTokens ?? null,
    known_cached_input_tokens: known.cachedInputTokens ?? null,
    known_reasoning_tokens: known.reasoningTokens ?? null,
    known_total_tokens: known.totalTokens ?? null,
    known_cost_pico: known.costPico ?? null,
  };
}

export function usageFromRow(row: UsageRow): Usage | undefined {
  if (row.requests === null) return undefined;
  return {
    requests: Number(row.requests),
    inputTokens: row.input_tokens ?? undefined,
    outputTokens: row.output_tokens ?? undefined,
    cachedInputTokens: row.cached_input_tokens ?? undefined,
    reasoningTokens: row.reasoning_tokens ?? undefined,
    totalTokens: row.total_tokens ?? undefined,
    costPico: row.cost_pico ?? undefined,
    costUsd: row.cost_usd ?? undefined,
    known: {
      inputTokens: row.known_input_tokens ?? 0,
      outputTokens: row.known_output_tokens ?? 0,
      cachedInputTokens: row.known_cached_input_tokens ?? 0,
      reasoningTokens: row.known_reasoning_tokens ?? 0,
      totalTokens: row.known_total_tokens ?? 0,
      costPico: row.known_cost_pico ?? 0n,
    },
  };
}
