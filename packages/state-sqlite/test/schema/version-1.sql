-- A state file of format 1, as it was first released. It stands for the files that are out there: never changed.
PRAGMA application_id = 1179407690;
PRAGMA user_version = 1;

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

INSERT INTO runs (id, run_id, pipeline, status, created_at, updated_at, lease_owner, lease_epoch, lease_expires_at)
VALUES (1, 'running', 'article', 'running', 0.0, 5.0, NULL, 3, NULL);
INSERT INTO runs VALUES (
  2, 'paused', 'article', 'paused', 1767225600000.25, 1767225600009.0, 1767225600009.0, NULL, 1, NULL,
  3, 1200.0, 34.5, 0.0, 12.0, 1234.5, 9007199254740993, 9007.25,
  1200.0, 34.5, 0.0, 12.0, 1234.5, 9007199254740993
);
INSERT INTO run_beginnings VALUES (1, '{}', '1', '{}'), (2, '{"kind":"pipeline"}', '"it''s in"', '{}');
INSERT INTO run_endings VALUES (2, NULL, NULL, '{"seen":1}', '[{"token":"t","path":"approve","prompt":"Publish?"}]');
INSERT INTO run_tags VALUES (2, 'kind', 'draft'), (2, 'team', 'docs');
INSERT INTO journal_entries VALUES (
  1, 2, 'z', 'function', 'z', 'completed', '"out"', NULL, '[]', 2, 1.0, 2.5,
  1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0.0, 0.0, 0.0, 0.0, 0.0, 0
), (
  2, 2, 'a', 'function', 'a', 'failed', NULL, '{}', NULL, 1, 3.0, 4.0,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
);
INSERT INTO signals VALUES (1, 2, 'other', 'true', 7.0);
