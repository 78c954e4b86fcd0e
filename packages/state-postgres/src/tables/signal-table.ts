import { RunNotFoundError, type Signal } from "@flujo/core/protocols";
import type { Session } from "../connection/session.ts";
import { type Statement, statement } from "../connection/statement.ts";
import { restored, storable } from "./storable.ts";

interface PutOutcome {
  /** Null if there is no such run. */
  readonly run: bigint | null;
  readonly put: boolean;
}

/** Answers to pauses, the first for each path: `signals`. */
export class SignalTable {
  readonly #put: Statement<PutOutcome>;
  readonly #isOwn: Statement<object>;
  readonly #select: Statement<Signal>;
  readonly #find: Statement<object>;

  /** @param s - the quoted name of the schema */
  constructor(s: string) {
    // The run's row is locked, as it is by who suspends the run: of the two, the later sees what the other did.
    this.#put = statement(`
      WITH run AS MATERIALIZED (
        SELECT id FROM ${s}.runs WHERE run_id = $1 FOR SHARE
      ), put AS (
        INSERT INTO ${s}.signals (run, path, value, at, write_id) SELECT id, $2, $3, $4, $5 FROM run
        ON CONFLICT DO NOTHING
        RETURNING 1
      )
      SELECT (SELECT id FROM run) AS run, EXISTS (SELECT FROM put) AS put`);
    this.#isOwn = statement(`
      SELECT FROM ${s}.signals WHERE run = $1 AND ${s}.digest(path) = ${s}.digest($2) AND write_id = $3`);
    this.#select = statement(`
      SELECT path, value, at FROM ${s}.signals WHERE run = (SELECT id FROM ${s}.runs WHERE run_id = $1) ORDER BY sequence`);
    this.#find = statement(`SELECT FROM ${s}.signals WHERE run = $1 AND path = ANY ($2) LIMIT 1`);
  }

  /**
   * False if there is one for the path already.
   *
   * @param writeId - of this call: repeated, it finds its own signal, and counts as done
   * @throws {@link RunNotFoundError}
   */
  async put(session: Session, runId: string, { path, value, at }: Signal, writeId: string): Promise<boolean> {
    const key = storable(path, "path");
    const values = [storable(runId, "runId"), key, storable(value, "value"), at, writeId];
    const [outcome] = await session.query(this.#put, values);
    if (!outcome || outcome.run === null) throw new RunNotFoundError(runId);
    return outcome.put || (await session.query(this.#isOwn, [outcome.run, key, writeId])).length > 0;
  }

  /** Whether there is one for any of the paths. */
  async hasAny(session: Session, run: bigint, paths: readonly string[]): Promise<boolean> {
    const found = await session.query(this.#find, [run, paths.map((path) => storable(path, "path"))]);
    return found.length > 0;
  }

  /** In the order in which they came. */
  async read(session: Session, runId: string): Promise<readonly Signal[]> {
    const signals = await session.query(this.#select, [storable(runId, "runId")]);
    return signals.map(({ path, value, at }) => ({ path: restored(path), value: restored(value), at }));
  }
}
