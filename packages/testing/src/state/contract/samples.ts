import type { JournalEntry, Lease, NewRun, RunEnding, StateBackend, Usage } from "@flujo/core/protocols";

/** A moment that every sample is dated by. Not whole: a clock may give fractions of a millisecond. */
export const MOMENT = 1_767_225_600_000.25;

export function sampleRun(runId: string, overrides: Partial<NewRun> = {}): NewRun {
  return {
    runId,
    pipeline: "article",
    plan: `{"kind":"pipeline","name":"article"}`,
    input: `"https://example.org"`,
    context: "{}",
    tags: {},
    createdAt: MOMENT,
    ...overrides,
  };
}

export function sampleEntry(path: string, overrides: Partial<JournalEntry> = {}): JournalEntry {
  return {
    path,
    kind: "function",
    name: path,
    status: "completed",
    output: `"the output of ${path}"`,
    attempts: 1,
    startedAt: MOMENT + 1,
    endedAt: MOMENT + 2,
    ...overrides,
  };
}

export function sampleEnding(overrides: Partial<RunEnding> = {}): RunEnding {
  return {
    status: "completed",
    output: `"done"`,
    finalContext: `{"seen":1}`,
    awaiting: [],
    usage: SPENT,
    endedAt: MOMENT + 3,
    ...overrides,
  };
}

export function samplePause(...paths: readonly string[]): RunEnding {
  return {
    status: "paused",
    finalContext: `{"seen":1}`,
    awaiting: paths.map((path) => ({ token: `token of ${path}`, path, prompt: "Publish?" })),
    usage: SPENT,
    endedAt: MOMENT + 3,
  };
}

/** Known to the last pico-dollar, with a cost that a double can't hold and half a token that somebody estimated. */
export const SPENT: Usage = {
  requests: 3,
  inputTokens: 1_200,
  outputTokens: 34.5,
  cachedInputTokens: 0,
  reasoningTokens: 12,
  totalTokens: 1_234.5,
  costPico: 9_007_199_254_740_993n,
  costUsd: 9_007.25,
  known: {
    inputTokens: 1_200,
    outputTokens: 34.5,
    cachedInputTokens: 0,
    reasoningTokens: 12,
    totalTokens: 1_234.5,
    costPico: 9_007_199_254_740_993n,
  },
};

/** Calls were made, and some of them did not say what they used. */
export const PARTLY_UNKNOWN: Usage = {
  requests: 2,
  inputTokens: undefined,
  outputTokens: undefined,
  cachedInputTokens: undefined,
  reasoningTokens: undefined,
  totalTokens: undefined,
  costPico: undefined,
  costUsd: undefined,
  known: {
    inputTokens: 7,
    outputTokens: 0,
    cachedInputTokens: 0,
    reasoningTokens: 0,
    totalTokens: 7,
    costPico: 4_611_686_018_427_387_905n,
  },
};

/** Longer than any lease lasts by chance; a suite that wants one to run out advances the clock by it. */
export const LEASE_MS = 30_000;

/** Creates a run and takes its first lease. */
export async function createLeased(backend: StateBackend, runId: string): Promise<Lease> {
  await backend.createRun(sampleRun(runId));
  return lease(backend, runId);
}

/** Takes the lease of a run that is free. */
export async function lease(backend: StateBackend, runId: string): Promise<Lease> {
  const taken = await backend.acquireLease(runId, LEASE_MS);
  if (taken === undefined) throw new Error(`The lease of run ${JSON.stringify(runId)} is free, and was not given`);
  return taken;
}
