import { setImmediate } from "node:timers";
import type { Database } from "better-sqlite3";

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
 */
export class GroupCommit {
  readonly #database: Database;
  readonly #transaction: (batch: readonly Write[]) => readonly (() => void)[];
  #waiting: Write[] = [];

  constructor(database: Database) {
    this.#database = database;
    const alone = database.transaction((work: () => unknown) => work());
    // Immediate: what a write reads to decide by must not change before it writes.
    this.#transaction = database.transaction((batch: readonly Write[]) =>
      batch.map((write) => this.#attempt(() => alone(write.work), write)),
    ).immediate;
  }

  /** Resolves to what `work` returns, once that is committed. `work` must not wait for anything. */
  write<Result>(work: () => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#commit());
      this.#waiting.push({ work, resolve: resolve as Write["resolve"], reject });
    });
  }

  #commit(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    let acknowledgements: readonly (() => void)[];
    try {
      acknowledgements = this.#transaction(batch);
    } catch (error) {
      for (const write of batch) write.reject(error);
      return;
    }
    for (const acknowledge of acknowledgements) acknowledge();
  }

  /** Does one write of a batch, and returns how to tell its caller. */
  #attempt(work: () => unknown, { resolve, reject }: Write): () => void {
    try {
      const result = work();
      return () => resolve(result);
    } catch (error) {
      // A full disk, for one, makes SQLite roll back everything: then none of the batch is done.
      if (!this.#database.inTransaction) throw error;
      return () => reject(error);
    }
  }
}
