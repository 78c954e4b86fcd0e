import { setImmediate } from "node:timers";
import type { Append } from "./tables/journal-table.ts";

/** Most that goes into one batch, but for its first: a batch that is too large keeps the others waiting. */
const MOST_ENTRIES = 1_000;
const MOST_CHARACTERS = 4_194_304;

/** Does several at once, each as if it were alone; gives what each is refused with, or undefined if it is done. */
export type CommitAppends = (batch: readonly Append[]) => Promise<readonly (Error | undefined)[]>;

interface Waiting {
  readonly append: Append;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Commits together what was asked for within one turn of the event loop, and what came while an earlier batch was
 * on its way. A commit waits for the network and the disk, so a hundred runs cost one wait and not a hundred.
 *
 * Batches go one after another, so what was asked for earlier is there earlier.
 */
export class GroupCommit {
  readonly #commit: CommitAppends;
  readonly #waiting: Waiting[] = [];
  #busy = false;

  /** @param commit - is not given two writes for one path of one run */
  constructor(commit: CommitAppends) {
    this.#commit = commit;
  }

  /** Resolves once it is committed. */
  add(append: Append): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ append, resolve, reject });
      if (this.#busy) return;
      this.#busy = true;
      setImmediate(() => void this.#work());
    });
  }

  /** Never rejects: each write is told what became of it. */
  async #work(): Promise<void> {
    while (this.#waiting.length > 0) await this.#do(this.#takeBatch());
    this.#busy = false;
  }

  async #do(batch: readonly Waiting[]): Promise<void> {
    let refusals: readonly (Error | undefined)[];
    try {
      refusals = await this.#commit(batch.map(({ append }) => append));
    } catch (error) {
      for (const { reject } of batch) reject(error);
      return;
    }
    for (const [index, { resolve, reject }] of batch.entries()) {
      const refusal = refusals[index];
      if (refusal === undefined) resolve();
      else reject(refusal);
    }
  }

  /** From the front, up to one for a path that is in the batch already: that one has to see what became of the other. */
  #takeBatch(): readonly Waiting[] {
    const paths = new Map<string, Set<unknown>>();
    let [entries, characters] = [0, 0];
    const end = this.#waiting.findIndex(({ append }, index) => {
      entries += append.entries.length;
      characters += append.size;
      if (index > 0 && (entries > MOST_ENTRIES || characters > MOST_CHARACTERS)) return true;
      const taken = paths.get(append.runId) ?? new Set();
      if (append.entries.some(({ path }) => taken.has(path))) return true;
      for (const { path } of append.entries) taken.add(path);
      paths.set(append.runId, taken);
      return false;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }
}
