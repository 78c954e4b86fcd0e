import { type JournalEntry, StateError } from "@flujo/core/protocols";
import type { Database, Statement } from "better-sqlite3";
import { entryFromRow, entryToRow, type JournalEntryRow } from "./journal-entry-row.ts";
import { storable } from "./storable.ts";
import { USAGE_COLUMNS } from "./usage-columns.ts";

const COLUMNS = [
  "path",
  "kind",
  "name",
  "status",
  "output",
  "error",
  "patches",
  "attempts",
  "started_at",
  "ended_at",
  ...USAGE_COLUMNS,
] as const satisfies readonly (keyof JournalEntryRow)[];

/** What the drivers of runs recorded: `journal_entries`. */
export class JournalTable {
  readonly #insert: Statement<[object]>;
  readonly #select: Statement<[string], JournalEntryRow>;

  constructor(database: Database) {
    this.#insert = database.prepare(`
      INSERT INTO journal_entries (run, ${COLUMNS.join(", ")})
      VALUES (@run, ${COLUMNS.map((column) => `@${column}`).join(", ")})
      ON CONFLICT (run, path) DO NOTHING`);
    this.#select = database
      .prepare<[string], JournalEntryRow>(
        // By keys that are sorted first: to sort the rows would copy all that is in them.
        `SELECT ${COLUMNS.join(", ")} FROM journal_entries
         WHERE sequence IN (SELECT sequence FROM journal_entries WHERE run = (SELECT id FROM runs WHERE run_id = ?))
         ORDER BY sequence`,
      )
      .safeIntegers();
  }

  /** @throws {@link StateError} if the path is taken */
  append(run: bigint, entry: JournalEntry): void {
    const { changes } = this.#insert.run(storable({ run, ...entryToRow(entry) }));
    if (changes === 0) throw new StateError(`The run already has an entry at "${entry.path}"`, { path: entry.path });
  }

  /** In the order in which they were appended. */
  read(runId: string): readonly JournalEntry[] {
    return this.#select.all(runId).map(entryFromRow);
  }
}
