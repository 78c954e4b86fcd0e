/**
 * The first format.
 *
 * A run's large texts stand apart from `runs`, so that a lease that is renewed does not rewrite them.
 * Numbers that come from callers (times, tokens) are REAL: what JavaScript's numbers are, fractions included.
 * Money is INTEGER: pico-dollars, exact, up to 9.2 million dollars. NULL in a column of usage means
 * that it is unknown; NULL in `requests`, that there was none to speak of.
 */
export const VERSION_1 = `
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  run_id TEXT NOT NULL UNIQUE,
  pipeline TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('running', 'paused', 'completed', 'failed', 'cancelled')),
  created_at REAL NOT NULL,
  updated_at REAL NOT NULL,
  ended_at REAL,
  lease_owner TEXT,
  lease_epoch INTEGER NOT NULL DEFAULT 0,
  lease_expires_at REAL,
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
CREATE INDEX runs_newest_first ON runs (created_at DESC, run_id DESC);
CREATE INDEX runs_by_status ON runs (status, created_at DESC, run_id DESC);
CREATE INDEX runs_leased ON runs (lease_owner) WHERE lease_owner IS NOT NULL;

CREATE TABLE run_beginnings (
  run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  plan TEXT NOT NULL,
  input TEXT NOT NULL,
  context TEXT NOT NULL
) STRICT;

CREATE TABLE run_endings (
  run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
  output TEXT,
  error TEXT,
  final_context TEXT NOT NULL,
  awaiting TEXT NOT NULL
) STRICT;

CREATE TABLE run_tags (
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_tags_by_value ON run_tags (name, value);

CREATE TABLE journal_entries (
  sequence INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('completed', 'failed')),
  output TEXT,
  error TEXT,
  patches TEXT,
  attempts INTEGER NOT NULL,
  started_at REAL NOT NULL,
  ended_at REAL NOT NULL,
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
  known_cost_pico INTEGER,
  UNIQUE (run, path)
) STRICT;

CREATE TABLE signals (
  sequence INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  value TEXT NOT NULL,
  at REAL NOT NULL,
  UNIQUE (run, path)
) STRICT;
`;
