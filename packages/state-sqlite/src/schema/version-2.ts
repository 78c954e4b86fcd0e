/**
 * The second format.
 *
 * - Entries may say when a failed attempt is followed by the next (`retry_at`), and fold others. Those that are folded are marked, so that the
 *   others are found by an index that has nothing but them.
 * - Texts that are large, or the same in many runs, stand in `texts`, once each, by the SHA-256 of their UTF-8; where one would stand, there is an empty
 *   text, and `text_uses` names it. `entry` is the sequence of a journal entry, and 0 for what is of the run itself.
 * - Runs are found by pipeline and by tag in the order in which they are listed, and by when they ended.
 */
export const VERSION_2 = `
ALTER TABLE journal_entries ADD COLUMN retry_at REAL;
ALTER TABLE journal_entries ADD COLUMN folds INTEGER NOT NULL DEFAULT 0;
ALTER TABLE journal_entries ADD COLUMN folded INTEGER NOT NULL DEFAULT 0;
CREATE INDEX journal_entries_unfolded ON journal_entries (run, path) WHERE folded = 0;

CREATE TABLE texts (
  id INTEGER PRIMARY KEY,
  hash BLOB NOT NULL UNIQUE,
  text TEXT NOT NULL
) STRICT;

CREATE TABLE text_uses (
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  entry INTEGER NOT NULL,
  name TEXT NOT NULL,
  text INTEGER NOT NULL REFERENCES texts (id),
  PRIMARY KEY (run, entry, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX text_uses_by_text ON text_uses (text);

ALTER TABLE run_tags ADD COLUMN created_at REAL NOT NULL DEFAULT 0;
UPDATE run_tags SET created_at = (SELECT created_at FROM runs WHERE id = run);
DROP INDEX run_tags_by_value;
CREATE INDEX run_tags_newest_first ON run_tags (name, value, created_at DESC);

CREATE INDEX runs_by_pipeline ON runs (pipeline, created_at DESC, run_id DESC);
CREATE INDEX runs_by_pipeline_and_status ON runs (pipeline, status, created_at DESC, run_id DESC);
CREATE INDEX runs_by_end ON runs (ended_at) WHERE status IN ('completed', 'failed', 'cancelled');
`;
