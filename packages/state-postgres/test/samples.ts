import type { JournalEntry, Lease, NewRun, StateBackend } from "@flujo/core/protocols";

/** A run of no interest but for its id. */
export function newRun(runId: string, overrides: Partial<NewRun> = {}): NewRun {
  return { runId, pipeline: "article", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: 0, ...overrides };
}

/** An entry of no interest but for its path. */
export function newEntry(path: string, overrides: Partial<JournalEntry> = {}): JournalEntry {
  const moments = { attempts: 1, startedAt: 1, endedAt: 2 };
  return { path, kind: "function", name: path, status: "completed", output: "1", ...moments, ...overrides };
}

export async function createLeased(backend: StateBackend, runId: string, ttlMs = 60_000): Promise<Lease> {
  await backend.createRun(newRun(runId));
  return leased(backend, runId, ttlMs);
}

export async function leased(backend: StateBackend, runId: string, ttlMs = 60_000): Promise<Lease> {
  const lease = await backend.acquireLease(runId, ttlMs);
  if (lease === undefined) throw new Error(`The lease of run ${runId} is free, and was not given`);
  return lease;
}
