-- A schema of format 1, as it was first released. It stands for the schemas that are out there: never changed.
CREATE SCHEMA flujo_of_version_1;
CREATE TABLE flujo_of_version_1.flujo_format (version integer PRIMARY KEY, made_at timestamptz NOT NULL DEFAULT now());

-- An index holds no more than some 2700 bytes of a row, and paths may be longer.
CREATE FUNCTION flujo_of_version_1.digest(content text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN sha256(replace(content, '\', '\\')::bytea);

-- Whether a path is of something within a node, or about it: refine#1, refine/x and refine:until are, of refine; refine-2 is not.
CREATE FUNCTION flujo_of_version_1.is_below(path text, node text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN node = '' OR (starts_with(path, node) AND substr(path, length(node) + 1, 1) IN ('/', '[', '#', '@', '!', ':'));

CREATE TABLE flujo_of_version_1.runs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run_id text COLLATE "C" NOT NULL,
  pipeline text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL CHECK (status IN ('running', 'paused', 'completed', 'failed', 'cancelled')),
  tags jsonb NOT NULL,
  created_at double precision NOT NULL,
  updated_at double precision NOT NULL,
  ended_at double precision,
  creation_id uuid NOT NULL,
  lease_id uuid,
  lease_owner text COLLATE "C",
  lease_epoch bigint NOT NULL DEFAULT 0,
  lease_expires_at double precision,
  requests bigint,
  input_tokens double precision,
  output_tokens double precision,
  cached_input_tokens double precision,
  reasoning_tokens double precision,
  total_tokens double precision,
  cost_pico numeric,
  cost_usd double precision,
  known_input_tokens double precision,
  known_output_tokens double precision,
  known_cached_input_tokens double precision,
  known_reasoning_tokens double precision,
  known_total_tokens double precision,
  known_cost_pico numeric,
  -- What UNIQUE says, for ids of any length.
  CONSTRAINT runs_run_id EXCLUDE USING hash (run_id WITH =)
) WITH (fillfactor = 80);
CREATE INDEX runs_newest_first ON flujo_of_version_1.runs (created_at DESC);
CREATE INDEX runs_by_status ON flujo_of_version_1.runs (status, created_at DESC);
CREATE INDEX runs_by_pipeline ON flujo_of_version_1.runs (left(pipeline, 100), created_at DESC);
CREATE INDEX runs_by_tags ON flujo_of_version_1.runs USING gin (tags jsonb_path_ops);
CREATE INDEX runs_ended ON flujo_of_version_1.runs (ended_at) WHERE status IN ('completed', 'failed', 'cancelled');
CREATE INDEX runs_leased ON flujo_of_version_1.runs (lease_owner) WHERE lease_owner IS NOT NULL;

-- A text of which there may be many copies, once. A column x_hash beside x says that x is here.
CREATE TABLE flujo_of_version_1.texts (
  hash bytea PRIMARY KEY,
  content text NOT NULL
);

-- Which runs have use for a text: it is deleted with the last of them.
CREATE TABLE flujo_of_version_1.text_uses (
  run bigint NOT NULL REFERENCES flujo_of_version_1.runs (id) ON DELETE CASCADE,
  hash bytea NOT NULL REFERENCES flujo_of_version_1.texts (hash),
  PRIMARY KEY (run, hash)
);
CREATE INDEX text_uses_by_text ON flujo_of_version_1.text_uses (hash);

CREATE TABLE flujo_of_version_1.run_beginnings (
  run bigint PRIMARY KEY REFERENCES flujo_of_version_1.runs (id) ON DELETE CASCADE,
  plan text,
  plan_hash bytea,
  input text,
  input_hash bytea,
  context text,
  context_hash bytea
);

CREATE TABLE flujo_of_version_1.run_endings (
  run bigint PRIMARY KEY REFERENCES flujo_of_version_1.runs (id) ON DELETE CASCADE,
  write_id uuid NOT NULL,
  output text,
  output_hash bytea,
  error text,
  error_hash bytea,
  final_context text,
  final_context_hash bytea,
  awaiting text NOT NULL
);

-- Without a foreign key: whoever writes here has the run's row locked, and to look for it again costs more than the row.
CREATE TABLE flujo_of_version_1.journal_entries (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  run bigint NOT NULL,
  write_id uuid NOT NULL,
  path text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL CHECK (status IN ('completed', 'failed')),
  output text,
  output_hash bytea,
  error text,
  error_hash bytea,
  patches text,
  patches_hash bytea,
  attempts bigint NOT NULL,
  started_at double precision NOT NULL,
  ended_at double precision NOT NULL,
  retry_at double precision,
  folds boolean NOT NULL,
  folded boolean NOT NULL,
  requests bigint,
  input_tokens double precision,
  output_tokens double precision,
  cached_input_tokens double precision,
  reasoning_tokens double precision,
  total_tokens double precision,
  cost_pico numeric,
  cost_usd double precision,
  known_input_tokens double precision,
  known_output_tokens double precision,
  known_cached_input_tokens double precision,
  known_reasoning_tokens double precision,
  known_total_tokens double precision,
  known_cost_pico numeric
);
CREATE UNIQUE INDEX journal_entries_by_path ON flujo_of_version_1.journal_entries (run, flujo_of_version_1.digest(path));
-- In the order of their paths, as far as an index can hold those: what is below one stands together.
CREATE INDEX journal_entries_unfolded ON flujo_of_version_1.journal_entries (run, left(path, 200)) WHERE NOT folded;

CREATE TABLE flujo_of_version_1.signals (
  run bigint NOT NULL REFERENCES flujo_of_version_1.runs (id) ON DELETE CASCADE,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  write_id uuid NOT NULL,
  path text COLLATE "C" NOT NULL,
  value text NOT NULL,
  at double precision NOT NULL,
  PRIMARY KEY (run, sequence)
);
CREATE UNIQUE INDEX signals_by_path ON flujo_of_version_1.signals (run, flujo_of_version_1.digest(path));

-- For people and their queries. Times are times, money is in dollars, large texts are in their places.
CREATE VIEW flujo_of_version_1.run_report AS
SELECT run_id, pipeline, status, tags,
       to_timestamp(created_at / 1000) AS created_at,
       to_timestamp(updated_at / 1000) AS updated_at,
       to_timestamp(ended_at / 1000) AS ended_at,
       (ended_at - created_at) / 1000 AS seconds,
       requests, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, total_tokens,
       cost_pico / 1e12 AS cost_usd,
       known_cost_pico / 1e12 AS known_cost_usd,
       coalesce(input, (SELECT content FROM flujo_of_version_1.texts WHERE hash = input_hash)) AS input,
       coalesce(output, (SELECT content FROM flujo_of_version_1.texts WHERE hash = output_hash)) AS output,
       coalesce(error, (SELECT content FROM flujo_of_version_1.texts WHERE hash = error_hash)) AS error,
       coalesce(final_context, (SELECT content FROM flujo_of_version_1.texts WHERE hash = final_context_hash)) AS final_context,
       awaiting
FROM flujo_of_version_1.runs
JOIN flujo_of_version_1.run_beginnings ON run_beginnings.run = runs.id
LEFT JOIN flujo_of_version_1.run_endings ON run_endings.run = runs.id;

CREATE VIEW flujo_of_version_1.step_report AS
SELECT run_id, pipeline, sequence, path, kind, name, journal_entries.status, attempts,
       to_timestamp(started_at / 1000) AS started_at,
       to_timestamp(journal_entries.ended_at / 1000) AS ended_at,
       (journal_entries.ended_at - started_at) / 1000 AS seconds,
       journal_entries.requests, journal_entries.input_tokens, journal_entries.output_tokens,
       journal_entries.cached_input_tokens, journal_entries.reasoning_tokens, journal_entries.total_tokens,
       journal_entries.cost_pico / 1e12 AS cost_usd,
       journal_entries.known_cost_pico / 1e12 AS known_cost_usd,
       coalesce(output, (SELECT content FROM flujo_of_version_1.texts WHERE hash = output_hash)) AS output,
       coalesce(error, (SELECT content FROM flujo_of_version_1.texts WHERE hash = error_hash)) AS error,
       coalesce(patches, (SELECT content FROM flujo_of_version_1.texts WHERE hash = patches_hash)) AS patches
FROM flujo_of_version_1.journal_entries
JOIN flujo_of_version_1.runs ON runs.id = journal_entries.run;

INSERT INTO flujo_of_version_1.flujo_format (version) VALUES (1);
INSERT INTO flujo_of_version_1.runs (run_id, pipeline, status, tags, created_at, updated_at, creation_id, lease_epoch)
VALUES ('running', 'article', 'running', '{}', 0, 5, '00000000-0000-4000-8000-000000000001', 3);
INSERT INTO flujo_of_version_1.runs VALUES (
  DEFAULT, 'paused', 'article', 'paused', '{"kind":"draft","n\u0001\u0001ul":"\u0001\u0002"}',
  1767225600000.25, 1767225600009, 1767225600009, '00000000-0000-4000-8000-000000000002', NULL, NULL, 1, NULL,
  3, 1200, 34.5, 0, 12, 1234.5, 9007199254740993, 9007.25, 1200, 34.5, 0, 12, 1234.5, 9007199254740993
);
INSERT INTO flujo_of_version_1.texts VALUES (sha256('a text that is kept once'), 'a text that is kept once');
INSERT INTO flujo_of_version_1.text_uses VALUES (2, sha256('a text that is kept once'));
INSERT INTO flujo_of_version_1.run_beginnings VALUES
  (1, '{}', NULL, '1', NULL, '{}', NULL),
  (2, '{"kind":"pipeline"}', NULL, '"it''s in"', NULL, NULL, sha256('a text that is kept once'));
INSERT INTO flujo_of_version_1.run_endings VALUES (
  2, '00000000-0000-4000-8000-000000000003', NULL, NULL, NULL, NULL, '{"seen":1}', NULL,
  '[{"token":"t","path":"approve","prompt":"Publish?"}]'
);
INSERT INTO flujo_of_version_1.journal_entries VALUES (
  DEFAULT, 2, '00000000-0000-4000-8000-000000000004', 'z/a', 'attempt', 'a', 'failed',
  NULL, NULL, '{}', NULL, NULL, NULL, 1, 1, 2, 2.5, false, true,
  NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
), (
  DEFAULT, 2, '00000000-0000-4000-8000-000000000004', 'z', 'function', 'z', 'completed',
  NULL, sha256('a text that is kept once'), NULL, NULL, '[]', NULL, 2, 1, 2.5, NULL, true, false,
  1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0
);
INSERT INTO flujo_of_version_1.signals VALUES (2, DEFAULT, '00000000-0000-4000-8000-000000000005', 'other', 'true', 7);
