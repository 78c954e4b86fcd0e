import { ENTRY_COLUMNS } from "./journal-entry-row.ts";
import { IS_HELD } from "./lease-table.ts";
import { putSharedTexts } from "./shared-texts.ts";

/** What there is in a batch beyond short entries that stand for themselves; for nothing else is more done. */
export interface BatchFeatures {
  /** Texts that are kept apart. */
  readonly texts: boolean;
  /** Entries that fold others. */
  readonly folds: boolean;
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
 * One statement, and so one round trip and one commit, for a batch of writes: parameters are whose leases they
 * are, and as JSON arrays the writes, their entries and, if there are any, their texts. Gives an
 * {@link AppendOutcome} for each write.
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
      SELECT * FROM json_to_recordset($2) AS given (write integer, run_id text, epoch bigint, write_id uuid)
    ), held AS MATERIALIZED (
      -- In one order everywhere, so that no two batches wait for each other.
      SELECT asked.run_id, run.id, run.lease_epoch
      FROM (SELECT DISTINCT run_id COLLATE "C" AS run_id FROM given ORDER BY 1) AS asked
      CROSS JOIN LATERAL (
        SELECT id, lease_epoch FROM ${s}.runs WHERE run_id = asked.run_id AND lease_owner = $1 FOR NO KEY UPDATE
      ) AS run
    ), fenced AS MATERIALIZED (
      SELECT write, write_id, held.id AS run FROM given JOIN held ON held.run_id = given.run_id AND lease_epoch = epoch
    ), entry AS MATERIALIZED (
      SELECT * FROM json_to_recordset($3) AS entry (${ENTRY_RECORDSET})
    ), compared AS MATERIALIZED (
      SELECT write, path, write_id, (
        SELECT there.write_id FROM ${s}.journal_entries AS there
        WHERE there.run = fenced.run AND ${s}.digest(there.path) = ${s}.digest(entry.path)
      ) AS taken_by
      FROM entry JOIN fenced USING (write)
    ), accepted AS MATERIALIZED (
      SELECT write, write_id, run FROM fenced
      WHERE write NOT IN (SELECT write FROM compared WHERE taken_by IS NOT NULL)
    ), ${appendEntries(s, features, "$4")}
    SELECT write, fenced.run IS NOT NULL AS fenced, (
      SELECT path FROM compared WHERE compared.write = given.write AND taken_by <> compared.write_id LIMIT 1
    ) AS taken
    FROM given LEFT JOIN fenced USING (write)`;
}

/**
 * Common table expressions that add those rows of `entry` that belong to writes in `accepted`, in their order, with
 * their texts, and mark what they fold.
 *
 * @param texts - the parameter that the texts are in
 */
export function appendEntries(s: string, features: BatchFeatures, texts: string): string {
  const values = COLUMNS.map((column) => (column.endsWith("_hash") ? `decode(${column}, 'hex')` : column));
  const isFolded = features.folds
    ? `EXISTS (
        SELECT FROM folding
        WHERE folding.run = accepted.run AND folding.place > entry.place AND ${s}.is_below(path, node)
      )`
    : "false";
  return `
    ${features.folds ? `${foldEarlierEntries(s)},` : ""}
    ${features.texts ? `${putSharedTexts(s, texts, "accepted")},` : ""}
    appended AS (
      INSERT INTO ${s}.journal_entries (run, write_id, ${COLUMNS.join(", ")}, folded)
      SELECT run, write_id, ${values.join(", ")}, ${isFolded}
      FROM entry JOIN accepted USING (write) ORDER BY place
    )`;
}

/** Marks what is there and is folded by what comes. By their places in the table: those stay what they are while the run is locked. */
function foldEarlierEntries(s: string): string {
  return `
    folding AS MATERIALIZED (
      SELECT run, place, split_part(path, ':', 1) AS node FROM entry JOIN accepted USING (write) WHERE folds
    ), folded AS (
      UPDATE ${s}.journal_entries AS marked SET folded = true
      FROM folding CROSS JOIN LATERAL (
        SELECT there.ctid FROM ${s}.journal_entries AS there
        WHERE there.run = folding.run AND NOT there.folded
          AND left(there.path, 200) >= left(node, 200) AND left(there.path, 200) < left(node, 200) || chr(1114111)
          AND ${s}.is_below(there.path, node)
        OFFSET 0
      ) AS below
      WHERE marked.ctid = below.ctid
    )`;
}

/** The columns of an entry that keeps its texts where they are. */
export const PLAIN_COLUMNS: readonly (keyof typeof ENTRY_COLUMNS)[] = (
  Object.keys(ENTRY_COLUMNS) as (keyof typeof ENTRY_COLUMNS)[]
).filter((column) => !column.endsWith("_hash"));

/** What became of one entry. One that is good and not appended has its path taken, by itself or another. */
export interface AppendOneOutcome {
  readonly fenced: boolean;
  readonly appended: boolean;
}

/**
 * The same for the commonest batch by far: one write of one entry that folds nothing and has no text apart. It takes half the
 * time. Parameters are those of {@link IS_HELD}, the write's id and the values of {@link PLAIN_COLUMNS}.
 */
export function appendOneStatement(s: string): string {
  const values = PLAIN_COLUMNS.map((column, index) => `$${index + 5}::${ENTRY_COLUMNS[column]}`);
  return `
    WITH held AS MATERIALIZED (
      SELECT id FROM ${s}.runs WHERE ${IS_HELD} FOR NO KEY UPDATE
    ), appended AS (
      INSERT INTO ${s}.journal_entries (run, write_id, ${PLAIN_COLUMNS.join(", ")}, folded)
      SELECT id, $4::uuid, ${values.join(", ")}, false FROM held
      ON CONFLICT DO NOTHING
      RETURNING 1
    )
    SELECT EXISTS (SELECT FROM held) AS fenced, EXISTS (SELECT FROM appended) AS appended`;
}
