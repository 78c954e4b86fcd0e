import { randomUUID } from "node:crypto";
import { closeSync, existsSync, linkSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { JournalEntry } from "../../protocols/journal-entry.ts";
import type { NewRun } from "../../protocols/run-record.ts";
import { syncData, syncFolder } from "./durable-files.ts";
import { codeOf } from "./file-error.ts";
import { FIRST_LINE_OF_LOG } from "./log-format.ts";
import { recordToFrame } from "./log-record.ts";
import { logNameOf, type StateFolder } from "./state-folder.ts";

/**
 * Creates the log of a new run, with all that the run begins with: there is never one with less.
 *
 * @param draft - the name, in the folder of drafts, that it has until it is whole
 * @returns false if there is one already
 */
export async function createLog(
  folder: StateFolder,
  run: NewRun,
  history: readonly JournalEntry[],
  { draft, synced }: { readonly draft: string; readonly synced: boolean },
): Promise<boolean> {
  const log = join(folder.runs, logNameOf(run.runId));
  if (existsSync(log)) return false;
  const file = join(folder.drafts, draft);
  try {
    await writeDraft(file, run, history, synced);
    return publish(file, log, folder, synced);
  } finally {
    rmSync(file, { force: true });
  }
}

async function writeDraft(file: string, run: NewRun, history: readonly JournalEntry[], synced: boolean): Promise<void> {
  const { runId, pipeline, tags, createdAt, plan, input, context } = run;
  const bytes = Buffer.concat([
    FIRST_LINE_OF_LOG,
    recordToFrame({ type: "run", life: randomUUID(), runId, pipeline, tags, createdAt }),
    recordToFrame({ type: "beginning", plan, input, context }),
    ...(history.length === 0 ? [] : [recordToFrame({ type: "entries", entries: history })]),
  ]);
  const descriptor = openSync(file, "wx");
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    if (synced) await syncData(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function publish(draft: string, log: string, folder: StateFolder, synced: boolean): boolean {
  try {
    linkSync(draft, log);
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  if (synced) syncFolder(folder.runs);
  return true;
}
