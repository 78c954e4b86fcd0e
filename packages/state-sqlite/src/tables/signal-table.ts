import { RunNotFoundError, type Signal } from "@flujo/core/protocols";
import type { Database, Statement } from "better-sqlite3";
import { storable } from "./storable.ts";

/** Answers to pauses, the first for each path: `signals`. */
export class SignalTable {
  readonly #selectRun: Statement<[string], { readonly id: bigint }>;
  readonly #insert: Statement<[object]>;
  readonly #select: Statement<[string], Signal>;
  readonly #find: Statement<[bigint, string]>;

  constructor(database: Database) {
    this.#selectRun = database
      .prepare<[string], { readonly id: bigint }>("SELECT id FROM runs WHERE run_id = ?")
      .safeIntegers();
    this.#insert = database.prepare(`
      INSERT INTO signals (run, path, value, at) VALUES (@run, @path, @value, @at)
      ON CONFLICT (run, path) DO NOTHING`);
    this.#select = database.prepare(`
      SELECT path, value, at FROM signals WHERE run = (SELECT id FROM runs WHERE run_id = ?) ORDER BY sequence`);
    this.#find = database.prepare("SELECT 1 FROM signals WHERE run = ? AND path = ?");
  }

  /**
   * False if there is one for the path already.
   *
   * @throws {@link RunNotFoundError}
   */
  put(runId: string, { path, value, at }: Signal): boolean {
    const run = this.#selectRun.get(runId);
    if (run === undefined) throw new RunNotFoundError(runId);
    return this.#insert.run(storable({ run: run.id, path, value, at })).changes === 1;
  }

  has(run: bigint, path: string): boolean {
    return this.#find.get(run, path) !== undefined;
  }

  /** In the order in which they came. */
  read(runId: string): readonly Signal[] {
    return this.#select.all(runId);
  }
}
