import { ENTRY_COLUMNS } from "./journal-entry-row.ts";
import { putSharedTexts } from "./shared-texts.ts";

/** What a batch of writes holds beyond entries that stand for themselves; only for those is more done. */
export interface BatchFeatures {
  readonly texts: boolean;
}

/** What became of one write of a batch. */
export interface AppendOutcome {
  /** Its number in the batch, from 0. */
  readonly write: number;
  /** Whether its lease is the run's newest. */
  readonly fenced: boolean;
  /** The path of one of its entries that is there already, of another write; null if there is none. */
  readonly taken: string | null;
}

const COLUMNS = Object.keys(ENTRY_COLUMNS);

/** The columns of entries that arrive as JSON: whose they are, their place among all, and what is in them. */
export const ENTRY_RECORDSET: string = [
  "write integer",
  "place integer",
  ...Object.entries(ENTRY_COLUMNS).map(([name, type]) => `${name} ${type}`),
].join(", ");

/**
 * One statement, and so one round trip and one commit, for a batch of writes: parameters `$1` writes, `$2` entries
 * and `$3` texts, each a JSON array. Gives an {@link AppendOutcome} for each write.
 *
 * A write is done if its lease is good and none of its paths is taken. One that was done before is left
 * alone, and counts as done. Each row is looked up on its own (LATERAL, and a SELECT in place of a
 * join): a plan that was made while a table was small must do when it has grown.
 *
 * @param s - the quoted name of the schema
 */
export function appendStatement(s: string, features: BatchFeatures): string {
  return `
    WITH given AS MATERIALIZED (
      SELECT * FROM json_to_recordset($1) AS given (write integer, run_id text, epoch bigint, write_id uuid)
    ), held AS MATERIALIZED (
      -- In one order everywhere, so that no two batches wait for each other.
      SELECT asked.run_id, run.id, run.lease_epoch
      FROM (SELECT DISTINCT run_id COLLATE "C" AS run_id FROM given ORDER BY 1) AS asked
      CROSS JOIN LATERAL (
        SELECT id, lease_epoch FROM ${s}.runs WHERE run_id = asked.run_id AND lease_owner IS NOT NULL
        FOR NO KEY UPDATE
      ) AS run
    ), fenced AS MATERIALIZED (
      SELECT write, write_id, held.id AS run FROM given JOIN held ON held.run_id = given.run_id AND lease_epoch = epoch
    ), entry AS MATERIALIZED (
      SELECT * FROM json_to_recordset($2) AS entry (${ENTRY_RECORDSET})
    ), compared AS MATERIALIZED (
      SELECT write, entry.path, fenced.write_id, (
        SELECT there.write_id FROM ${s}.journal_entries AS there
        WHERE there.run = fenced.run AND left(there.path, 200) = left(entry.path, 200)
          AND ${s}.digest(there.path) = ${s}.digest(entry.path)
      ) AS taken_by
      FROM entry JOIN fenced USING (write)
    ), accepted AS MATERIALIZED (
      SELECT write, write_id, run FROM fenced
      WHERE write NOT IN (SELECT write FROM compared WHERE taken_by IS NOT NULL)
    ), ${insertEntries(s)}
    ${features.texts ? `, ${putSharedTexts(s, "$3", "accepted")}` : ""}
    SELECT write, fenced.run IS NOT NULL AS fenced, (
      SELECT path FROM compared WHERE compared.write = given.write AND taken_by <> compared.write_id LIMIT 1
    ) AS taken
    FROM given LEFT JOIN fenced USING (write)`;
}

/** A common table expression that adds the rows of `entry` that belong to writes in `accepted`, in their order. */
export function insertEntries(s: string): string {
  const values = COLUMNS.map((column) => (column.endsWith("_hash") ? `decode(${column}, 'hex')` : column));
  return `inserted AS (
      INSERT INTO ${s}.journal_entries (run, write_id, ${COLUMNS.join(", ")}, folds, folded)
      SELECT run, write_id, ${values.join(", ")}, false, false
      FROM entry JOIN accepted USING (write) ORDER BY place
    )`;
}
