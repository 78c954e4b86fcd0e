import type { JournalEntry } from "@flujo/core/protocols";
import type { PlacedText, TextPlacer } from "./shared-texts.ts";
import { restored, storable } from "./storable.ts";
import { USAGE_COLUMNS, type UsageRow, usageFromRow, usageToRow } from "./usage-columns.ts";

const OWN_COLUMNS = {
  path: "text",
  kind: "text",
  name: "text",
  status: "text",
  output: "text",
  output_hash: "text",
  error: "text",
  error_hash: "text",
  patches: "text",
  patches_hash: "text",
  attempts: "bigint",
  started_at: "double precision",
  ended_at: "double precision",
  retry_at: "double precision",
  folds: "boolean",
} as const;

/** The columns of `journal_entries` that an entry comes to, with the types in which they are sent. */
export const ENTRY_COLUMNS: typeof OWN_COLUMNS & typeof USAGE_COLUMNS = { ...OWN_COLUMNS, ...USAGE_COLUMNS };

/** The columns that hold texts, each with one for a hash beside it. */
export const ENTRY_TEXTS = ["output", "error", "patches"] as const;

/** A row of `journal_entries` as it is read, but for whose it is and its place in the order. */
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
  readonly folds: boolean;
}

/** As it is sent: texts in their places, all of it as JSON can say it, and nothing for NULL: to read that costs as much as to read a value. */
export type SentEntry = { readonly path: string } & {
  readonly [Column in keyof typeof ENTRY_COLUMNS]?: string | number | boolean | undefined;
};

/** @throws {@link StateError} naming the first field that can't be kept */
export function entryToRow(entry: JournalEntry, placer: TextPlacer): SentEntry {
  const place = (name: (typeof ENTRY_TEXTS)[number]): PlacedText => {
    const text = entry[name];
    return placer.place(text === undefined ? undefined : storable(text, name));
  };
  const [output, error, patches] = [place("output"), place("error"), place("patches")];
  return {
    path: storable(entry.path, "path"),
    kind: storable(entry.kind, "kind"),
    name: storable(entry.name, "name"),
    status: entry.status,
    output: output.text,
    output_hash: output.hash,
    error: error.text,
    error_hash: error.hash,
    patches: patches.text,
    patches_hash: patches.hash,
    attempts: entry.attempts,
    started_at: entry.startedAt,
    ended_at: entry.endedAt,
    retry_at: entry.retryAt,
    folds: entry.folds === true,
    ...(entry.usage && sentUsage(usageToRow(entry.usage))),
  };
}

/** JSON has no bigint; but the server reads a number that is written as a text. */
function sentUsage(row: UsageRow): { readonly [Column in keyof UsageRow]?: string } {
  return Object.fromEntries(
    Object.entries(row).flatMap(([column, value]) => (value === null ? [] : [[column, String(value)]])),
  );
}

export function entryFromRow(row: JournalEntryRow): JournalEntry {
  const usage = usageFromRow(row);
  return {
    path: restored(row.path),
    kind: restored(row.kind),
    name: restored(row.name),
    status: row.status,
    ...(row.output !== null && { output: restored(row.output) }),
    ...(row.error !== null && { error: restored(row.error) }),
    ...(row.patches !== null && { patches: restored(row.patches) }),
    attempts: Number(row.attempts),
    startedAt: row.started_at,
    endedAt: row.ended_at,
    ...(usage && { usage }),
    ...(row.retry_at !== null && { retryAt: row.retry_at }),
    ...(row.folds && { folds: true }),
  };
}
