import { setImmediate } from "node:timers";
import type { Database, Statement } from "better-sqlite3";

interface Write {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits together what was asked for within one turn of the event loop. A commit waits for the disk, so
 * a hundred branches that settle together cost one wait and not a hundred.
 *
 * Each write stands alone all the same: it runs in order, sees what those before it did, and one that
 * throws leaves nothing and disturbs no other. None is acknowledged before the commit.
 *
 * Most batches have no write that throws. So they are tried as they are, and only if one does throw is all of the batch undone and done once
 * more, each write within a savepoint: one for every write would take as long as the write itself.
 */
export class GroupCommit {
  readonly #database: Database;
  readonly #begin: Statement<[]>;
  readonly #end: Statement<[]>;
  readonly #undo: Statement<[]>;
  readonly #apart: (batch: readonly Write[]) => readonly (() => void)[];
  #waiting: Write[] = [];

  constructor(database: Database) {
    this.#database = database;
    // Immediate: what a write reads to decide by must not change before it writes.
    this.#begin = database.prepare("BEGIN IMMEDIATE");
    this.#end = database.prepare("COMMIT");
    this.#undo = database.prepare("ROLLBACK");
    const alone = database.transaction((work: () => unknown) => work());
    this.#apart = database.transaction((batch: readonly Write[]) =>
      batch.map((write) => this.#attempt(() => alone(write.work), write)),
    ).immediate;
  }

  /**
   * Resolves to what `work` returns, once that is committed.
   *
   * @param work - must not wait for anything, nor do anything but read and write: it may be undone and done again
   */
  write<Result>(work: () => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#commit());
      this.#waiting.push({ work, resolve: resolve as Write["resolve"], reject });
    });
  }

  #commit(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    try {
      const results = this.#together(batch);
      if (results === undefined) for (const acknowledge of this.#apart(batch)) acknowledge();
      else for (const [at, write] of batch.entries()) write.resolve(results[at]);
    } catch (error) {
      for (const write of batch) write.reject(error);
    }
  }

  /** Does all writes of a batch, and gives what they return; undefined, and nothing is done, if one of them throws. */
  #together(batch: readonly Write[]): readonly unknown[] | undefined {
    this.#begin.run();
    let results: readonly unknown[];
    try {
      results = batch.map((write) => write.work());
    } catch (error) {
      this.#rollBack();
      if (batch.length === 1) throw error;
      return undefined;
    }
    try {
      this.#end.run();
    } catch (error) {
      // Not tried again: a disk that failed to take it once may say the next time that it has it.
      this.#rollBack();
      throw error;
    }
    return results;
  }

  #rollBack(): void {
    // A full disk, for one, makes SQLite do so by itself.
    if (this.#database.inTransaction) this.#undo.run();
  }

  /** Does one write of a batch, and returns how to tell its caller. */
  #attempt(work: () => unknown, { resolve, reject }: Write): () => void {
    try {
      const result = work();
      return () => resolve(result);
    } catch (error) {
      // If SQLite has rolled back everything, none of the batch is done.
      if (!this.#database.inTransaction) throw error;
      return () => reject(error);
    }
  }
}
