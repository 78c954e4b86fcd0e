import type { JournalEntry } from "@flujo/core/protocols";
import { storableText } from "./storable.ts";
import { type UsageRow, usageFromRow } from "./usage-columns.ts";

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

/** The columns that every entry fills, in the order of {@link entryToValues}; those of usage come after them. */
export const ENTRY_COLUMNS: readonly (keyof JournalEntryRow)[] = [
  "path",
  "kind",
  "name",
  "status",
  "attempts",
  "started_at",
  "ended_at",
  "retry_at",
  "folds",
  "output",
  "error",
  "patches",
];

/**
 * By place and not by name: this is done for every step, and a name takes the driver as long as all the rest of a value.
 *
 * @throws {@link StateError} for a text that can't be stored as it is
 */
export function entryToValues(entry: JournalEntry): readonly (string | number | null)[] {
  return [
    storableText("path", entry.path),
    storableText("kind", entry.kind),
    storableText("name", entry.name),
    entry.status,
    entry.attempts,
    entry.startedAt,
    entry.endedAt,
    entry.retryAt ?? null,
    entry.folds ? 1 : 0,
    storableText("output", entry.output),
    storableText("error", entry.error),
    storableText("patches", entry.patches),
  ];
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
