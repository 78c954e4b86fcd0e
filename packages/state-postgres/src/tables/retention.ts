import type { Session } from "../connection/session.ts";
import { type Statement, statement } from "../connection/statement.ts";

/** Deletes runs with all that is kept of them. */
export class Retention {
  readonly #lockRuns: Statement<{ readonly id: bigint }>;
  readonly #releaseTexts: Statement<{ readonly hash: string }>;
  readonly #deleteEntries: Statement;
  readonly #deleteRuns: Statement;
  readonly #lockTexts: Statement<object>;
  readonly #deleteTexts: Statement;

  /** @param s - the quoted name of the schema */
  constructor(s: string) {
    this.#lockRuns = statement(`
      SELECT id FROM ${s}.runs WHERE id = ANY ($1) AND status IN ('completed', 'failed', 'cancelled')
      ORDER BY id FOR UPDATE`);
    this.#releaseTexts = statement(
      `DELETE FROM ${s}.text_uses WHERE run = ANY ($1) RETURNING encode(hash, 'hex') AS hash`,
    );
    this.#deleteEntries = statement(`DELETE FROM ${s}.journal_entries WHERE run = ANY ($1)`);
    this.#deleteRuns = statement(`DELETE FROM ${s}.runs WHERE id = ANY ($1)`);
    const isOne = "hash IN (SELECT decode(one, 'hex') FROM unnest($1::text[]) AS one)";
    this.#lockTexts = statement(`SELECT FROM ${s}.texts WHERE ${isOne} ORDER BY hash FOR UPDATE`);
    this.#deleteTexts = statement(`
      DELETE FROM ${s}.texts
      WHERE ${isOne} AND NOT EXISTS (SELECT FROM ${s}.text_uses WHERE text_uses.hash = texts.hash)`);
  }

  /**
   * Deletes those of the runs that are there and have ended. To be called in a transaction.
   *
   * @returns how many that were
   */
  async delete(session: Session, runs: readonly bigint[]): Promise<number> {
    const locked = (await session.query(this.#lockRuns, [runs])).map(({ id }) => id);
    const texts = (await session.query(this.#releaseTexts, [locked])).map(({ hash }) => hash);
    await session.query(this.#deleteEntries, [locked]);
    await session.query(this.#deleteRuns, [locked]);
    if (texts.length > 0) {
      // Whoever refers to one of them at this moment is waited for, and seen by the statement after.
      await session.query(this.#lockTexts, [texts]);
      await session.query(this.#deleteTexts, [texts]);
    }
    return locked.length;
  }
}
