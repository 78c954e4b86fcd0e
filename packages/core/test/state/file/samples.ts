import { FileStateBackend, type FileStateOptions } from "@flujo/core";
import type { JournalEntry, Lease, NewRun, RunEnding, StateBackend } from "@flujo/core/protocols";
import { NO_USAGE } from "@flujo/core/protocols";

/** A run of no interest but for its id. */
export function newRun(runId: string): NewRun {
  return { runId, pipeline: "article", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0 };
}

/** An entry of no interest but for its path. */
export function entryAt(path: string): JournalEntry {
  return {
    path,
    kind: "function",
    name: path,
    status: "completed",
    output: "1",
    attempts: 1,
    startedAt: 1,
    endedAt: 2,
  };
}

export const ENDING: RunEnding = {
  status: "completed",
  output: "1",
  finalContext: "{}",
  awaiting: [],
  usage: NO_USAGE,
  endedAt: 3,
};

/** Takes a lease that is free, of a run that is created if need be. */
export async function lease(backend: StateBackend, runId: string): Promise<Lease> {
  await backend.createRun(newRun(runId));
  const taken = await backend.acquireLease(runId, 60_000);
  if (taken === undefined) throw new Error(`The lease of run ${runId} is free, and was not given`);
  return taken;
}

/** Opens a folder that need not survive a loss of power. */
export function openQuick(folder: string, options: Partial<FileStateOptions> = {}): FileStateBackend {
  return new FileStateBackend({ folder, durability: "normal", ...options });
}

export async function pathsOf(backend: StateBackend, runId: string): Promise<readonly string[]> {
  return (await backend.readEntries(runId)).map((entry) => entry.path);
}
