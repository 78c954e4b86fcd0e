const USAGE = `requests, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens, total_tokens, cost_pico, cost_usd,
  known_input_tokens, known_output_tokens, known_cached_input_tokens, known_reasoning_tokens, known_total_tokens, known_cost_pico`;

const usageOf = (table: string): string => USAGE.replace(/[a-z_]+/g, (column) => `${table}.${column}`);

/** A text wherever it stands: in its row, or once for all that have it. */
const text = (row: string, run: string, entry: string, name: string): string => `
    coalesce(
      (SELECT texts.text FROM text_uses JOIN texts ON texts.id = text_uses.text
       WHERE text_uses.run = ${run} AND text_uses.entry = ${entry} AND text_uses.name = '${name}'),
      ${row}.${name}
    ) AS ${name}`;

const entryText = (name: string): string => text("entry", "entry.run", "entry.sequence", name);

/**
 * What people may query: these stay as they are when the tables change. Times are milliseconds since the epoch, money is pico-dollars,
 * and unknown usage is NULL.
 *
 * - `all_runs`: each run, with its tags as a JSON object, its texts and what it used
 * - `steps`: each step that settled, with what it and all below it used; `folded` is 1 where a later entry stands for it
 * - `attempts`: each attempt that failed and was followed by more work
 * - `usage`: who used what, so that it can be added up: of the steps, and decisions, that used something, those with none below them that did
 * - `spans`: runs, steps and attempts, with when each began and ended: a trace
 */
export const VIEWS: string = `
CREATE VIEW all_runs AS
  SELECT run_id, pipeline, status, created_at, updated_at, ended_at, ended_at - created_at AS duration_ms,
    (SELECT json_group_object(name, value) FROM run_tags WHERE run = runs.id) AS tags,${[
      text("run_beginnings", "runs.id", "0", "plan"),
      text("run_beginnings", "runs.id", "0", "input"),
      text("run_beginnings", "runs.id", "0", "context"),
      text("run_endings", "runs.id", "0", "output"),
      text("run_endings", "runs.id", "0", "error"),
      text("run_endings", "runs.id", "0", "final_context"),
    ].join(",")},
    awaiting, ${usageOf("runs")}
  FROM runs
  JOIN run_beginnings ON run_beginnings.run = runs.id
  LEFT JOIN run_endings ON run_endings.run = runs.id;

CREATE VIEW steps AS
  SELECT runs.run_id, runs.pipeline, entry.path, entry.kind, entry.name, entry.status, entry.attempts,
    entry.started_at, entry.ended_at, entry.ended_at - entry.started_at AS duration_ms, entry.folded,${[
      entryText("output"),
      entryText("error"),
      entryText("patches"),
    ].join(",")},
    ${usageOf("entry")}
  FROM journal_entries AS entry JOIN runs ON runs.id = entry.run
  WHERE entry.kind NOT IN ('decision', 'attempt');

CREATE VIEW attempts AS
  SELECT runs.run_id, runs.pipeline, entry.path, substr(entry.path, 1, instr(entry.path, ':') - 1) AS step_path, entry.name,
    entry.started_at, entry.ended_at, entry.ended_at - entry.started_at AS duration_ms, entry.retry_at,${entryText("error")},
    ${usageOf("entry")}
  FROM journal_entries AS entry JOIN runs ON runs.id = entry.run
  WHERE entry.kind = 'attempt';

CREATE VIEW usage AS
  SELECT runs.run_id, runs.pipeline, runs.status AS run_status, entry.path, entry.kind, entry.name,
    entry.started_at, entry.ended_at, ${usageOf("entry")}
  FROM journal_entries AS entry JOIN runs ON runs.id = entry.run
  WHERE entry.requests IS NOT NULL AND entry.kind <> 'attempt' AND NOT EXISTS (
    SELECT 1 FROM journal_entries AS below
    WHERE below.run = entry.run AND below.folded IN (0, 1)
      AND below.path >= entry.path || '!' AND below.path < entry.path || '\\'
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
`;
