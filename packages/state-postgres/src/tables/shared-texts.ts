import { createHash } from "node:crypto";

/** A text as two columns hold it: in its place, or in `texts` under its hash. Neither if there is none. */
export interface PlacedText {
  readonly text: string | undefined;
  /** In hexadecimal digits. */
  readonly hash: string | undefined;
}

/** A row of `texts`. */
export interface SharedText {
  readonly hash: string;
  readonly content: string;
}

/**
 * Finds the place of each text of one write: those that are long are kept once, in `texts`, for all entries and
 * runs that have the same.
 */
export class TextPlacer {
  /** By hash: what has to be in `texts`. */
  readonly #shared = new Map<string, SharedText>();
  readonly #sharedLength: number;

  constructor(sharedLength: number) {
    this.#sharedLength = sharedLength;
  }

  /** @param text - in the form that `storable` gives */
  place(text: string | undefined, sharedLength: number = this.#sharedLength): PlacedText {
    if (text === undefined || text.length < sharedLength) return { text, hash: undefined };
    const hash = createHash("sha256").update(text).digest("hex");
    this.#shared.set(hash, { hash, content: text });
    return { text: undefined, hash };
  }

  get shared(): readonly SharedText[] {
    return [...this.#shared.values()];
  }
}

/**
 * Common table expressions that put texts where they are not yet, and note which runs use them. In the order of
 * their hashes, so that two who put the same texts don't wait for each other.
 *
 * @param s - the quoted name of the schema
 * @param texts - SQL for a JSON array of `write` and the fields of {@link SharedText}
 * @param writes - a common table expression with `write` and `run` of each write that is done
 */
export function putSharedTexts(s: string, texts: string, writes: string): string {
  return `
    shared AS MATERIALIZED (
      SELECT run, decode(hash, 'hex') AS hash, content
      FROM json_to_recordset(${texts}) AS text (write integer, hash text, content text) JOIN ${writes} USING (write)
    ), put_texts AS (
      INSERT INTO ${s}.texts (hash, content) SELECT DISTINCT ON (hash) hash, content FROM shared ORDER BY hash
      ON CONFLICT DO NOTHING
    ), put_uses AS (
      INSERT INTO ${s}.text_uses (run, hash) SELECT DISTINCT run, hash FROM shared ON CONFLICT DO NOTHING
    )`;
}

/** SQL for the text of a column, wherever it is. */
export function textOf(s: string, column: string): string {
  return `coalesce(${column}, (SELECT content FROM ${s}.texts WHERE hash = ${column}_hash)) AS ${column}`;
}
