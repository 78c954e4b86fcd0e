import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Database } from "better-sqlite3";
import { primaryCodeOf } from "../sqlite-error.ts";

/** Problems of one kind that are told of, at most. */
const MOST = 100;
/** Texts that are looked at within one turn of the event loop. */
const TEXTS_A_TURN = 100;

/** What has to be so between the tables, and SQLite does not see to by itself. */
const RULES: Readonly<Record<string, string>> = {
  "a run that has ended has no ending": `
    SELECT run_id FROM runs WHERE status <> 'running' AND NOT EXISTS (SELECT 1 FROM run_endings WHERE run = runs.id)`,
  "a run has no beginning": `
    SELECT run_id FROM runs WHERE NOT EXISTS (SELECT 1 FROM run_beginnings WHERE run = runs.id)`,
  "a run that has ended is still leased": `
    SELECT run_id FROM runs WHERE status <> 'running' AND lease_owner IS NOT NULL`,
  "a run is not known to have folded entries": `
    SELECT run_id FROM runs WHERE has_folded = 0 AND EXISTS (SELECT 1 FROM journal_entries WHERE run = runs.id AND folded = 1)`,
  "a text is kept for an entry that is not there": `
    SELECT run_id || ' at ' || text_uses.entry FROM text_uses JOIN runs ON runs.id = text_uses.run
    WHERE entry > 0 AND NOT EXISTS (SELECT 1 FROM journal_entries WHERE sequence = entry AND journal_entries.run = runs.id)`,
  "a text is kept that nobody refers to": `
    SELECT id FROM texts WHERE NOT EXISTS (SELECT 1 FROM text_uses WHERE text_uses.text = texts.id)`,
};

/** Everything that is wrong with a state file, in words; nothing if it is sound. */
export async function checkIntegrity(database: Database): Promise<readonly string[]> {
  const problems: string[] = [];
  try {
    const pages = database.pragma(`integrity_check(${MOST})`) as readonly { readonly integrity_check: string }[];
    for (const { integrity_check: said } of pages) if (said !== "ok") problems.push(`the file: ${said}`);
    const references = database.pragma("foreign_key_check") as readonly {
      readonly table: string;
      readonly parent: string;
    }[];
    for (const { table, parent } of references.slice(0, MOST)) {
      problems.push(`a row of ${table} refers to one of ${parent} that is not there`);
    }
    for (const [rule, sql] of Object.entries(RULES)) {
      const broken = database.prepare<[], unknown>(`${sql} LIMIT ${MOST}`).pluck().all();
      problems.push(...broken.map((which) => `${rule}: ${which}`));
    }
    problems.push(...(await changedTexts(database)));
  } catch (error) {
    if (primaryCodeOf(error) === "") throw error;
    // Damage may be such that the check itself does not come to its end.
    problems.push(`the file: it can't be read to its end (${(error as Error).message})`);
  }
  return problems;
}

/** Texts that are not what they were when they were stored: their hashes say so. */
async function changedTexts(database: Database): Promise<readonly string[]> {
  const next = database.prepare<[number], { readonly id: number; readonly hash: Buffer; readonly text: string }>(
    `SELECT id, hash, text FROM texts WHERE id > ? ORDER BY id LIMIT ${TEXTS_A_TURN}`,
  );
  const problems: string[] = [];
  for (let last = 0; ; ) {
    const texts = next.all(last);
    for (const { id, hash, text } of texts) {
      if (!createHash("sha256").update(text).digest().equals(hash)) problems.push(`text ${id} does not fit its hash`);
      last = id;
    }
    if (texts.length < TEXTS_A_TURN || problems.length >= MOST) return problems.slice(0, MOST);
    await nextTurn();
  }
}
