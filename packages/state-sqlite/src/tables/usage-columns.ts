import type { KnownTotals, Usage } from "@flujo/core/protocols";

/** The columns that hold a {@link Usage}, in `runs` as in `journal_entries`. */
export const USAGE_COLUMNS = [
  "requests",
  "input_tokens",
  "output_tokens",
  "cached_input_tokens",
  "reasoning_tokens",
  "total_tokens",
  "cost_pico",
  "cost_usd",
  "known_input_tokens",
  "known_output_tokens",
  "known_cached_input_tokens",
  "known_reasoning_tokens",
  "known_total_tokens",
  "known_cost_pico",
] as const;

/** As read with safe integers, which make every INTEGER a bigint. NULL stands for unknown, or for no usage at all. */
export type UsageRow = {
  readonly [Column in (typeof USAGE_COLUMNS)[number]]: (Column extends IntegerColumn ? bigint : number) | null;
};

type IntegerColumn = "requests" | "cost_pico" | "known_cost_pico";

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

/** In the order of {@link USAGE_COLUMNS}. */
export function usageToValues(usage: Usage): readonly (bigint | number | null)[] {
  const row = usageToRow(usage);
  return USAGE_COLUMNS.map((column) => row[column]);
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
