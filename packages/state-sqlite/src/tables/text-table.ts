import { createHash } from "node:crypto";
import type { Database, Statement } from "better-sqlite3";

/** Texts from this length on are kept once, however often they come up. A short one costs less where it stands than by reference. */
const LARGE = 16_384;
/** Of a text that comes up again in most runs. */
const REPEATED = 256;

/** Whose texts: the sequence of a journal entry, or that of a run's beginning and ending. */
export const OF_RUN = 0n;

interface UseRow {
  readonly entry: bigint;
  readonly name: string;
  readonly text: bigint;
}

/** A row of which texts may stand elsewhere. */
type Texts<Name extends string> = { readonly [Column in Name]: string | null };

/** Texts that stand once, by their content, though many rows have them: `texts` and `text_uses`. */
export class TextTable {
  readonly #find: Statement<[Buffer], bigint>;
  readonly #insert: Statement<[Buffer, string]>;
  readonly #use: Statement<[bigint, bigint, string, bigint]>;
  readonly #select: Statement<[bigint], { readonly text: string }>;
  readonly #usesOfRun: Statement<[bigint], UseRow>;
  readonly #usesOfEntries: Statement<[bigint], UseRow>;
  readonly #usesOfUnfolded: Statement<[{ readonly run: bigint }], UseRow>;
  readonly #allUses: Statement<[bigint], bigint>;
  readonly #forget: Statement<[bigint, string], bigint>;
  readonly #prune: Statement<[bigint]>;

  constructor(database: Database) {
    const uses = "SELECT entry, name, text FROM text_uses WHERE run =";
    this.#find = database.prepare<[Buffer], bigint>("SELECT id FROM texts WHERE hash = ?").pluck().safeIntegers();
    this.#insert = database.prepare("INSERT INTO texts (hash, text) VALUES (?, ?)");
    this.#use = database.prepare("INSERT INTO text_uses (run, entry, name, text) VALUES (?, ?, ?, ?)");
    this.#select = database.prepare("SELECT text FROM texts WHERE id = ?");
    this.#usesOfRun = database.prepare<[bigint], UseRow>(`${uses} ? AND entry = ${OF_RUN}`).safeIntegers();
    this.#usesOfEntries = database.prepare<[bigint], UseRow>(`${uses} ? AND entry > ${OF_RUN}`).safeIntegers();
    this.#usesOfUnfolded = database
      .prepare<[{ readonly run: bigint }], UseRow>(
        `${uses} @run AND entry IN (SELECT sequence FROM journal_entries WHERE run = @run AND folded = 0)`,
      )
      .safeIntegers();
    this.#allUses = database
      .prepare<[bigint], bigint>("SELECT DISTINCT text FROM text_uses WHERE run = ?")
      .pluck()
      .safeIntegers();
    this.#forget = database
      .prepare<[bigint, string], bigint>(
        `DELETE FROM text_uses WHERE run = ? AND entry = ${OF_RUN} AND name = ? RETURNING text`,
      )
      .pluck()
      .safeIntegers();
    this.#prune = database.prepare(
      "DELETE FROM texts WHERE id = ? AND NOT EXISTS (SELECT 1 FROM text_uses WHERE text_uses.text = texts.id)",
    );
  }

  /** Whether a text is not to stand in its row. */
  isApart(text: string | null | undefined, repeated = false): boolean {
    return typeof text === "string" && text.length >= (repeated ? REPEATED : LARGE);
  }

  /** Keeps the text of one column apart; the row then has an empty one in its place. */
  keep(run: bigint, entry: bigint, name: string, text: string): void {
    this.#use.run(run, entry, name, this.#idOf(text));
  }

  /** Puts the texts of a run's own row back in their places. */
  restoreRun<Row extends Texts<never>>(run: bigint, row: Row): Row {
    const uses = this.#usesOfRun.all(run);
    if (uses.length === 0) return row;
    return { ...row, ...Object.fromEntries(uses.map(({ name, text }) => [name, this.#read(text)])) };
  }

  /** The texts of a run's entries that do not stand in their rows, by sequence and column. */
  ofEntries(run: bigint, unfolded: boolean): ReadonlyMap<bigint, Readonly<Record<string, string>>> {
    const uses = unfolded ? this.#usesOfUnfolded.all({ run }) : this.#usesOfEntries.all(run);
    const read = new Map<bigint, string>();
    const byEntry = new Map<bigint, Record<string, string>>();
    for (const { entry, name, text } of uses) {
      const known = read.get(text) ?? this.#read(text);
      read.set(text, known);
      const texts = byEntry.get(entry) ?? {};
      texts[name] = known;
      byEntry.set(entry, texts);
    }
    return byEntry;
  }

  /** What a run refers to: to be given to {@link prune} once the run is deleted. */
  usedBy(run: bigint): readonly bigint[] {
    return this.#allUses.all(run);
  }

  /** Lets go of the text of a run's own column, if it is kept apart. */
  release(run: bigint, name: string): void {
    this.prune(this.#forget.all(run, name));
  }

  /** Deletes those that nobody refers to any longer. */
  prune(texts: Iterable<bigint>): void {
    for (const text of texts) this.#prune.run(text);
  }

  #idOf(text: string): bigint {
    const hash = createHash("sha256").update(text).digest();
    return this.#find.get(hash) ?? BigInt(this.#insert.run(hash, text).lastInsertRowid);
  }

  #read(id: bigint): string {
    return this.#select.get(id)?.text ?? "";
  }
}
