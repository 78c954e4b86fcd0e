/**
 * The first format, in the schema that `s` names.
 *
 * A run's large texts stand apart from `runs`, so that a lease that is renewed does not rewrite them.
 * Numbers that come from callers (times, tokens) are `double precision`: what JavaScript's numbers are, fractions included.
 * Money is in whole pico-dollars, exact, of any size. NULL in a column of usage means that it is unknown; NULL in
 * `requests`, that there was none to speak of. Texts that tell things apart compare byte by byte (`COLLATE "C"`),
 * whatever language the server speaks. `write_id` and its like name the call that wrote a row: one that is
 * repeated, because its answer was lost, knows by them what it has done already.
 */
export const VERSION_1 = (s: string): string => `
-- An index holds no more than some 2700 bytes of a row, and paths may be longer.
CREATE FUNCTION ${s}.digest(content text) RETURNS bytea LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN sha256(replace(content, '\\', '\\\\')::bytea);

-- Whether a path is of something within a node, or about it: refine#1, refine/x and refine:until are, of refine; refine-2 is not.
CREATE FUNCTION ${s}.is_below(path text, node text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN node = '' OR (starts_with(path, node) AND substr(path, length(node) + 1, 1) IN ('/', '[', '#', '@', '!', ':'));

CREATE TABLE ${s}.runs (
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
CREATE INDEX runs_newest_first ON ${s}.runs (created_at DESC);
CREATE INDEX runs_by_status ON ${s}.runs (status, created_at DESC);
CREATE INDEX runs_by_pipeline ON ${s}.runs (left(pipeline, 100), created_at DESC);
CREATE INDEX runs_by_tags ON ${s}.runs USING gin (tags jsonb_path_ops);
CREATE INDEX runs_ended ON ${s}.runs (ended_at) WHERE status IN ('completed', 'failed', 'cancelled');
CREATE INDEX runs_leased ON ${s}.runs (lease_owner) WHERE lease_owner IS NOT NULL;

-- A text of which there may be many copies, once. A column x_hash beside x says that x is here.
CREATE TABLE ${s}.texts (
  hash bytea PRIMARY KEY,
  content text NOT NULL
);

-- Which runs have use for a text: it is deleted with the last of them.
CREATE TABLE ${s}.text_uses (
  run bigint NOT NULL REFERENCES ${s}.runs (id) ON DELETE CASCADE,
  hash bytea NOT NULL REFERENCES ${s}.texts (hash),
  PRIMARY KEY (run, hash)
);
CREATE INDEX text_uses_by_text ON ${s}.text_uses (hash);

CREATE TABLE ${s}.run_beginnings (
  run bigint PRIMARY KEY REFERENCES ${s}.runs (id) ON DELETE CASCADE,
  plan text,
  plan_hash bytea,
  input text,
  input_hash bytea,
  context text,
  context_hash bytea
);

CREATE TABLE ${s}.run_endings (
  run bigint PRIMARY KEY REFERENCES ${s}.runs (id) ON DELETE CASCADE,
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
CREATE TABLE ${s}.journal_entries (
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
CREATE UNIQUE INDEX journal_entries_by_path ON ${s}.journal_entries (run, ${s}.digest(path));
-- In the order of their paths, as far as an index can hold those: what is below one stands together.
CREATE INDEX journal_entries_unfolded ON ${s}.journal_entries (run, left(path, 200)) WHERE NOT folded;

CREATE TABLE ${s}.signals (
  run bigint NOT NULL REFERENCES ${s}.runs (id) ON DELETE CASCADE,
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  write_id uuid NOT NULL,
  path text COLLATE "C" NOT NULL,
  value text NOT NULL,
  at double precision NOT NULL,
  PRIMARY KEY (run, sequence)
);
CREATE UNIQUE INDEX signals_by_path ON ${s}.signals (run, ${s}.digest(path));

-- For people and their queries. Times are times, money is in dollars, large texts are in their places.
CREATE VIEW ${s}.run_report AS
SELECT run_id, pipeline, status, tags,
       to_timestamp(created_at / 1000) AS created_at,
       to_timestamp(updated_at / 1000) AS updated_at,
       to_timestamp(ended_at / 1000) AS ended_at,
       (ended_at - created_at) / 1000 AS seconds,
       requests, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, total_tokens,
       cost_pico / 1e12 AS cost_usd,
       known_cost_pico / 1e12 AS known_cost_usd,
       coalesce(input, (SELECT content FROM ${s}.texts WHERE hash = input_hash)) AS input,
       coalesce(output, (SELECT content FROM ${s}.texts WHERE hash = output_hash)) AS output,
       coalesce(error, (SELECT content FROM ${s}.texts WHERE hash = error_hash)) AS error,
       coalesce(final_context, (SELECT content FROM ${s}.texts WHERE hash = final_context_hash)) AS final_context,
       awaiting
FROM ${s}.runs
JOIN ${s}.run_beginnings ON run_beginnings.run = runs.id
LEFT JOIN ${s}.run_endings ON run_endings.run = runs.id;

CREATE VIEW ${s}.step_report AS
SELECT run_id, pipeline, sequence, path, kind, name, journal_entries.status, attempts,
       to_timestamp(started_at / 1000) AS started_at,
       to_timestamp(journal_entries.ended_at / 1000) AS ended_at,
       (journal_entries.ended_at - started_at) / 1000 AS seconds,
       journal_entries.requests, journal_entries.input_tokens, journal_entries.output_tokens,
       journal_entries.cached_input_tokens, journal_entries.reasoning_tokens, journal_entries.total_tokens,
       journal_entries.cost_pico / 1e12 AS cost_usd,
       journal_entries.known_cost_pico / 1e12 AS known_cost_usd,
       coalesce(output, (SELECT content FROM ${s}.texts WHERE hash = output_hash)) AS output,
       coalesce(error, (SELECT content FROM ${s}.texts WHERE hash = error_hash)) AS error,
       coalesce(patches, (SELECT content FROM ${s}.texts WHERE hash = patches_hash)) AS patches
FROM ${s}.journal_entries
JOIN ${s}.runs ON runs.id = journal_entries.run;
`;
