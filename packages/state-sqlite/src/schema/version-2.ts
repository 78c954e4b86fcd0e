import { VIEWS } from "./views.ts";

/**
 * The second format.
 *
 * - Entries may say when a failed attempt is followed by the next (`retry_at`), and fold others. Those that are folded are marked, and stand apart from
 *   the others in the one index that entries have: a second one would be as many pages to write for every step. `has_folded` tells the runs that
 *   have such entries, so that in others no path has to be looked for there.
 * - Texts that are large, or the same in many runs, stand in `texts`, once each, by the SHA-256 of their UTF-8; where one would stand, there is an empty
 *   text, and `text_uses` names it. `entry` is the sequence of a journal entry, and 0 for what is of the run itself.
 * - Views for queries.
 * - Runs are found by pipeline and by tag in the order in which they are listed, and by when they ended.
 */
export const VERSION_2: string = `
ALTER TABLE runs ADD COLUMN has_folded INTEGER NOT NULL DEFAULT 0;

ALTER TABLE journal_entries RENAME TO journal_entries_1;
CREATE TABLE journal_entries (
  sequence INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  folded INTEGER NOT NULL DEFAULT 0,
  path TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('completed', 'failed')),
  attempts INTEGER NOT NULL,
  started_at REAL NOT NULL,
  ended_at REAL NOT NULL,
  retry_at REAL,
  folds INTEGER NOT NULL DEFAULT 0,
  output TEXT,
  error TEXT,
  patches TEXT,
  requests INTEGER,
  input_tokens REAL,
  output_tokens REAL,
  cached_input_tokens REAL,
  reasoning_tokens REAL,
  total_tokens REAL,
  cost_pico INTEGER,
  cost_usd REAL,
  known_input_tokens REAL,
  known_output_tokens REAL,
  known_cached_input_tokens REAL,
  known_reasoning_tokens REAL,
  known_total_tokens REAL,
  known_cost_pico INTEGER
) STRICT;
INSERT INTO journal_entries (
  sequence, run, path, kind, name, status, output, error, patches, attempts, started_at, ended_at,
  requests, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, total_tokens, cost_pico, cost_usd,
  known_input_tokens, known_output_tokens, known_cached_input_tokens, known_reasoning_tokens, known_total_tokens, known_cost_pico
) SELECT
  sequence, run, path, kind, name, status, output, error, patches, attempts, started_at, ended_at,
  requests, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, total_tokens, cost_pico, cost_usd,
  known_input_tokens, known_output_tokens, known_cached_input_tokens, known_reasoning_tokens, known_total_tokens, known_cost_pico
FROM journal_entries_1 ORDER BY sequence;
DROP TABLE journal_entries_1;
CREATE UNIQUE INDEX journal_entries_by_path ON journal_entries (run, folded, path);

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
${VIEWS}`;
