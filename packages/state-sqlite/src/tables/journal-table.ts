import { BELOW, foldedNodeOf, type JournalEntry, type ReadEntriesOptions, StateError } from "@flujo/core/protocols";
import type { Database, Statement } from "better-sqlite3";
import { ENTRY_TEXTS, entryFromRow, entryToRow, type JournalEntryRow } from "./journal-entry-row.ts";
import { storable } from "./storable.ts";
import type { TextTable } from "./text-table.ts";
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
  "retry_at",
  "folds",
  ...USAGE_COLUMNS,
] as const satisfies readonly (keyof JournalEntryRow)[];

interface StoredEntryRow extends JournalEntryRow {
  readonly sequence: bigint;
}

/** What the drivers of runs recorded: `journal_entries`. */
export class JournalTable {
  readonly #texts: TextTable;
  readonly #insert: Statement<[object]>;
  readonly #findRun: Statement<[string], bigint>;
  readonly #select: Statement<[bigint], StoredEntryRow>;
  readonly #selectUnfolded: Statement<[bigint], StoredEntryRow>;
  readonly #foldAll: Statement<[bigint]>;
  readonly #foldRange: Statement<[bigint, string, string]>;

  constructor(database: Database, texts: TextTable) {
    this.#texts = texts;
    this.#insert = database.prepare(`
      INSERT INTO journal_entries (run, ${COLUMNS.join(", ")})
      VALUES (@run, ${COLUMNS.map((column) => `@${column}`).join(", ")})
      ON CONFLICT (run, path) DO NOTHING`);
    this.#findRun = database.prepare<[string], bigint>("SELECT id FROM runs WHERE run_id = ?").pluck().safeIntegers();
    // By keys that are sorted first: to sort the rows would copy all that is in them.
    const select = (which: string): Statement<[bigint], StoredEntryRow> =>
      database
        .prepare<[bigint], StoredEntryRow>(
          `SELECT sequence, ${COLUMNS.join(", ")} FROM journal_entries
           WHERE sequence IN (SELECT sequence FROM journal_entries WHERE ${which})
           ORDER BY sequence`,
        )
        .safeIntegers();
    this.#select = select("run = ?");
    this.#selectUnfolded = select("run = ? AND folded = 0");
    const fold =
      "UPDATE journal_entries INDEXED BY journal_entries_unfolded SET folded = 1 WHERE run = ? AND folded = 0";
    this.#foldAll = database.prepare(fold);
    this.#foldRange = database.prepare(`${fold} AND path >= ? AND path < ?`);
  }

  /** @throws {@link StateError} if the path is taken */
  append(run: bigint, entry: JournalEntry): void {
    const row = storable({ run, ...entryToRow(entry) });
    // Before it is there itself: it never folds itself.
    if (entry.folds) this.#fold(run, entry.path);
    const apart = ENTRY_TEXTS.filter((name) => this.#texts.isApart(row[name]));
    const { changes, lastInsertRowid } = this.#insert.run(
      apart.length === 0 ? row : { ...row, ...Object.fromEntries(apart.map((name) => [name, ""])) },
    );
    if (changes === 0) throw new StateError(`The run already has an entry at "${entry.path}"`, { path: entry.path });
    for (const name of apart) this.#texts.keep(run, BigInt(lastInsertRowid), name, row[name] as string);
  }

  /** In the order in which they were appended. */
  read(runId: string, { unfolded = false }: ReadEntriesOptions = {}): readonly JournalEntry[] {
    const run = this.#findRun.get(runId);
    if (run === undefined) return [];
    const rows = (unfolded ? this.#selectUnfolded : this.#select).all(run);
    const texts = this.#texts.ofEntries(run, unfolded);
    return rows.map((row) => {
      const apart = texts.get(row.sequence);
      return entryFromRow(apart ? { ...row, ...apart } : row);
    });
  }

  /**
   * Marks what an entry folds. A range for each sign that what is below may go on with, since others, such as the siblings of `refine`
   * that are called `refine-2`, stand among them.
   */
  #fold(run: bigint, path: string): void {
    const node = foldedNodeOf(path);
    if (node === "") {
      this.#foldAll.run(run);
      return;
    }
    for (const sign of BELOW) this.#foldRange.run(run, `${node}${sign}`, `${node}${signAfter(sign)}`);
  }
}

function signAfter(sign: string): string {
  return String.fromCharCode(sign.charCodeAt(0) + 1);
}
