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
, has_folded INTEGER NOT NULL DEFAULT 0) STRICT;
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
  value TEXT NOT NULL, created_at REAL NOT NULL DEFAULT 0,
  PRIMARY KEY (run, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE signals (
  sequence INTEGER PRIMARY KEY,
  run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
  path TEXT NOT NULL,
  value TEXT NOT NULL,
  at REAL NOT NULL,
  UNIQUE (run, path)
) STRICT;
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
CREATE INDEX run_tags_newest_first ON run_tags (name, value, created_at DESC);
CREATE INDEX runs_by_pipeline ON runs (pipeline, created_at DESC, run_id DESC);
CREATE INDEX runs_by_pipeline_and_status ON runs (pipeline, status, created_at DESC, run_id DESC);
CREATE INDEX runs_by_end ON runs (ended_at) WHERE status IN ('completed', 'failed', 'cancelled');
CREATE VIEW all_runs AS
  SELECT run_id, pipeline, status, created_at, updated_at, ended_at, ended_at - created_at AS duration_ms,
    (SELECT json_group_object(name, value) FROM run_tags WHERE run = runs.id) AS tags,
    coalesce(
      (SELECT texts.text FROM text_uses JOIN texts ON texts.id = text_uses.text
       WHERE text_uses.run = runs.id AND text_uses.entry = 0 AND text_uses.name = 'plan'),
      run_beginnings.plan
    ) AS plan,
    coalesce(
      (SELECT texts.text FROM text_uses JOIN texts ON texts.id = text_uses.text
       WHERE text_uses.run = runs.id AND text_uses.entry = 0 AND text_uses.name = 'input'),
      run_beginnings.input
    ) AS input,
    coalesce(
      (SELECT texts.text FROM text_uses JOIN texts ON texts.id = text_uses.text
       WHERE text_uses.run = runs.id AND text_uses.entry = 0 AND text_uses.name = 'context'),
      run_beginnings.context
    ) AS context,
    coalesce(
      (SELECT texts.text FROM text_uses JOIN texts ON texts.id = text_uses.text
       WHERE text_uses.run = runs.id AND text_uses.entry = 0 AND text_uses.name = 'output'),
      run_endings.output
    ) AS output,
    coalesce(
      (SELECT texts.text FROM text_uses JOIN texts ON texts.id = text_uses.text
       WHERE text_uses.run = runs.id AND text_uses.entry = 0 AND text_uses.name = 'error'),
      run_endings.error
    ) AS error,
    coalesce(
      (SELECT texts.text FROM text_uses JOIN texts ON texts.id = text_uses.text
       WHERE text_uses.run = runs.id AND text_uses.entry = 0 AND text_uses.name = 'final_context'),
      run_endings.final_context
    ) AS final_context,
    awaiting, runs.requests, runs.input_tokens, runs.output_tokens, runs.cached_input_tokens, runs.reasoning_tokens, runs.total_tokens, runs.cost_pico, runs.cost_usd,
  runs.known_input_tokens, runs.known_output_tokens, runs.known_cached_input_tokens, runs.known_reasoning_tokens, runs.known_total_tokens, runs.known_cost_pico
  FROM runs
  JOIN run_beginnings ON run_beginnings.run = runs.id
  LEFT JOIN run_endings ON run_endings.run = runs.id;
CREATE VIEW steps AS
  SELECT runs.run_id, runs.pipeline, entry.path, entry.kind, entry.name, entry.status, entry.attempts,
    entry.started_at, entry.ended_at, entry.ended_at - entry.started_at AS duration_ms, entry.folded,
    coalesce(
      (SELECT texts.text FROM text_uses JOIN texts ON texts.id = text_uses.text
       WHERE text_uses.run = entry.run AND text_uses.entry = entry.sequence AND text_uses.name = 'output'),
      entry.output
    ) AS output,
    coalesce(
      (SELECT texts.text FROM text_uses JOIN texts ON texts.id = text_uses.text
       WHERE text_uses.run = entry.run AND text_uses.entry = entry.sequence AND text_uses.name = 'error'),
      entry.error
    ) AS error,
    coalesce(
      (SELECT texts.text FROM text_uses JOIN texts ON texts.id = text_uses.text
       WHERE text_uses.run = entry.run AND text_uses.entry = entry.sequence AND text_uses.name = 'patches'),
      entry.patches
    ) AS patches,
    entry.requests, entry.input_tokens, entry.output_tokens, entry.cached_input_tokens, entry.reasoning_tokens, entry.total_tokens, entry.cost_pico, entry.cost_usd,
  entry.known_input_tokens, entry.known_output_tokens, entry.known_cached_input_tokens, entry.known_reasoning_tokens, entry.known_total_tokens, entry.known_cost_pico
  FROM journal_entries AS entry JOIN runs ON runs.id = entry.run
  WHERE entry.kind NOT IN ('decision', 'attempt');
CREATE VIEW attempts AS
  SELECT runs.run_id, runs.pipeline, entry.path, substr(entry.path, 1, instr(entry.path, ':') - 1) AS step_path, entry.name,
    entry.started_at, entry.ended_at, entry.ended_at - entry.started_at AS duration_ms, entry.retry_at,
    coalesce(
      (SELECT texts.text FROM text_uses JOIN texts ON texts.id = text_uses.text
       WHERE text_uses.run = entry.run AND text_uses.entry = entry.sequence AND text_uses.name = 'error'),
      entry.error
    ) AS error,
    entry.requests, entry.input_tokens, entry.output_tokens, entry.cached_input_tokens, entry.reasoning_tokens, entry.total_tokens, entry.cost_pico, entry.cost_usd,
  entry.known_input_tokens, entry.known_output_tokens, entry.known_cached_input_tokens, entry.known_reasoning_tokens, entry.known_total_tokens, entry.known_cost_pico
  FROM journal_entries AS entry JOIN runs ON runs.id = entry.run
  WHERE entry.kind = 'attempt';
CREATE VIEW usage AS
  SELECT runs.run_id, runs.pipeline, runs.status AS run_status, entry.path, entry.kind, entry.name,
    entry.started_at, entry.ended_at, entry.requests, entry.input_tokens, entry.output_tokens, entry.cached_input_tokens, entry.reasoning_tokens, entry.total_tokens, entry.cost_pico, entry.cost_usd,
  entry.known_input_tokens, entry.known_output_tokens, entry.known_cached_input_tokens, entry.known_reasoning_tokens, entry.known_total_tokens, entry.known_cost_pico
  FROM journal_entries AS entry JOIN runs ON runs.id = entry.run
  WHERE entry.requests IS NOT NULL AND entry.kind <> 'attempt' AND NOT EXISTS (
    SELECT 1 FROM journal_entries AS below
    WHERE below.run = entry.run AND below.folded IN (0, 1)
      AND below.path >= entry.path || '!' AND below.path < entry.path || '\'
      AND substr(below.path, length(entry.path) + 1, 1) IN ('/', '[', '#', '@', '!', ':')
      AND below.requests IS NOT NULL AND below.kind <> 'attempt'
  );
CREATE VIEW spans AS
  SELECT run_id, '' AS path, 'run' AS kind, pipeline AS name, status, created_at AS started_at, ended_at,
    ended_at - created_at AS duration_ms, requests, cost_pico
  FROM runs
  UNION ALL
  SELECT runs.run_id, entry.path, entry.kind, entry.name, entry.status, entry.started_at, entry.ended_at,
    entry.ended_at - entry.started_at, entry.requests, entry.cost_pico
  FROM journal_entries AS entry JOIN runs ON runs.id = entry.run
  WHERE entry.kind <> 'decision';
PRAGMA application_id = 1179407690;
PRAGMA user_version = 2;
