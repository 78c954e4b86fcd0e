import type { JournalEntry } from "@flujo/core/protocols";
import { type UsageRow, usageFromRow, usageToRow } from "./usage-columns.ts";

/** A row of `journal_entries`, but for whose it is and its place in the order. */
export interface JournalEntryRow extends UsageRow {
  readonly path: string;
  readonly kind: string;
  readonly name: string;
  readonly status: JournalEntry["status"];
  readonly output: string | null;
  readonly error: string | null;
  readonly patches: string | null;
  readonly attempts: bigint;
  readonly started_at: number;
  readonly ended_at: number;
  readonly retry_at: number | null;
  readonly folds: bigint;
}

/** The columns whose texts may be large. */
export const ENTRY_TEXTS: readonly ("output" | "error" | "patches")[] = ["output", "error", "patches"];

export function entryToRow(entry: JournalEntry): JournalEntryRow {
  return {
    path: entry.path,
    kind: entry.kind,
    name: entry.name,
    status: entry.status,
    output: entry.output ?? null,
    error: entry.error ?? null,
    patches: entry.patches ?? null,
    attempts: BigInt(entry.attempts),
    started_at: entry.startedAt,
    ended_at: entry.endedAt,
    retry_at: entry.retryAt ?? null,
    folds: entry.folds ? 1n : 0n,
    ...usageToRow(entry.usage),
  };
}

export function entryFromRow(row: JournalEntryRow): JournalEntry {
  const usage = usageFromRow(row);
  return {
    path: row.path,
    kind: row.kind,
    name: row.name,
    status: row.status,
    ...(row.output !== null && { output: row.output }),
    ...(row.error !== null && { error: row.error }),
    ...(row.patches !== null && { patches: row.patches }),
    attempts: Number(row.attempts),
    startedAt: row.started_at,
    endedAt: row.ended_at,
    ...(usage && { usage }),
    ...(row.retry_at !== null && { retryAt: row.retry_at }),
    ...(row.folds !== 0n && { folds: true }),
  };
}
