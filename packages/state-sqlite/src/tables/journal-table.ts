import { BELOW, foldedNodeOf, type JournalEntry, type ReadEntriesOptions, StateError } from "@flujo/core/protocols";
import type { Database, Statement } from "better-sqlite3";
import { ENTRY_COLUMNS, ENTRY_TEXTS, entryFromRow, entryToValues, type JournalEntryRow } from "./journal-entry-row.ts";
import { storableText } from "./storable.ts";
import type { TextTable } from "./text-table.ts";
import { USAGE_COLUMNS, usageToValues } from "./usage-columns.ts";

interface StoredEntryRow extends JournalEntryRow {
  readonly sequence: bigint;
}

/** Whose entries they are. */
export interface JournalOwner {
  /** The key in `runs`. */
  readonly run: bigint;
  /** Whether any of its entries is folded. */
  readonly hasFolded: boolean;
}

/** What the drivers of runs recorded: `journal_entries`. */
export class JournalTable {
  readonly #texts: TextTable;
  readonly #insert: Statement<unknown[]>;
  readonly #insertWithUsage: Statement<unknown[]>;
  readonly #findFolded: Statement<[bigint, string], bigint>;
  readonly #findRun: Statement<[string], bigint>;
  readonly #select: Statement<[bigint], StoredEntryRow>;
  readonly #selectUnfolded: Statement<[bigint], StoredEntryRow>;
  readonly #foldAll: Statement<[bigint]>;
  readonly #foldRange: Statement<[bigint, string, string]>;
  readonly #noteFolded: Statement<[bigint]>;

  constructor(database: Database, texts: TextTable) {
    this.#texts = texts;
    // No SELECT from the table itself, to look for what is folded: SQLite would copy each row aside before it inserts it.
    const insert = (columns: readonly string[]): Statement<unknown[]> =>
      database.prepare(`
        INSERT INTO journal_entries (run, ${columns.join(", ")}) VALUES (?${", ?".repeat(columns.length)})
        ON CONFLICT (run, folded, path) DO NOTHING`);
    this.#insert = insert(ENTRY_COLUMNS);
    this.#insertWithUsage = insert([...ENTRY_COLUMNS, ...USAGE_COLUMNS]);
    this.#findFolded = database
      .prepare<[bigint, string], bigint>(
        "SELECT sequence FROM journal_entries WHERE run = ? AND folded = 1 AND path = ?",
      )
      .pluck();
    this.#findRun = database.prepare<[string], bigint>("SELECT id FROM runs WHERE run_id = ?").pluck().safeIntegers();
    // By keys that are sorted first: to sort the rows would copy all that is in them.
    const select = (which: string): Statement<[bigint], StoredEntryRow> =>
      database
        .prepare<[bigint], StoredEntryRow>(
          `SELECT sequence, ${[...ENTRY_COLUMNS, ...USAGE_COLUMNS].join(", ")} FROM journal_entries
           WHERE sequence IN (SELECT sequence FROM journal_entries WHERE ${which})
           ORDER BY sequence`,
        )
        .safeIntegers();
    this.#select = select("run = ?");
    this.#selectUnfolded = select("run = ? AND folded = 0");
    const fold = "UPDATE journal_entries SET folded = 1 WHERE run = ? AND folded = 0";
    this.#foldAll = database.prepare(fold);
    this.#foldRange = database.prepare(`${fold} AND path >= ? AND path < ?`);
    this.#noteFolded = database.prepare("UPDATE runs SET has_folded = 1 WHERE id = ?");
  }

  /** @throws {@link StateError} if a path is taken */
  append({ run, hasFolded }: JournalOwner, entries: readonly JournalEntry[]): void {
    let mayBeFolded = hasFolded;
    for (const entry of entries) {
      if (entry.folds) {
        // Before it is there itself: it never folds itself.
        this.#fold(run, entry.path);
        mayBeFolded = true;
      }
      // Those that are folded have a place of their own in the index that keeps paths apart.
      if (mayBeFolded && this.#findFolded.get(run, entry.path) !== undefined) throw taken(entry.path);
      this.#insertEntry(run, entry);
    }
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

  #insertEntry(run: bigint, entry: JournalEntry): void {
    const apart = ENTRY_TEXTS.filter((name) => this.#texts.isApart(entry[name]));
    const kept = apart.length === 0 ? entry : { ...entry, ...Object.fromEntries(apart.map((name) => [name, ""])) };
    const values = entryToValues(kept);
    const { changes, lastInsertRowid } =
      entry.usage === undefined
        ? this.#insert.run(run, ...values)
        : this.#insertWithUsage.run(run, ...values, ...usageToValues(entry.usage));
    if (changes === 0) throw taken(entry.path);
    for (const name of apart) {
      this.#texts.keep(run, BigInt(lastInsertRowid), name, storableText(name, entry[name]) as string);
    }
  }

  /**
   * Marks what an entry folds. A range for each sign that what is below may go on with, since others, such as the siblings of `refine`
   * that are called `refine-2`, stand among them.
   */
  #fold(run: bigint, path: string): void {
    this.#noteFolded.run(run);
    const node = foldedNodeOf(path);
    if (node === "") {
      this.#foldAll.run(run);
      return;
    }
    for (const sign of BELOW) this.#foldRange.run(run, `${node}${sign}`, `${node}${signAfter(sign)}`);
  }
}

function taken(path: string): StateError {
  return new StateError(`The run already has an entry at "${path}"`, { path });
}

function signAfter(sign: string): string {
  return String.fromCharCode(sign.charCodeAt(0) + 1);
}
