import type { JournalEntry, RunRecord, Signal, StateBackend } from "@flujo/core/protocols";
import type { Happening } from "./happening.ts";

/** All that is known of a run under test, once it is over. */
export interface Account {
  readonly runId: string;
  readonly happenings: readonly Happening[];
  readonly record: RunRecord;
  readonly entries: readonly JournalEntry[];
  readonly signals: readonly Signal[];
  /** What its last driver was told, in texts that can be compared. */
  readonly reported: Reported;
}

/** What a driver is told of a run that has ended, in texts that can be compared. */
export interface Reported {
  readonly status: string;
  readonly output?: string;
  readonly error?: string;
  readonly context: string;
  readonly usage: string;
}

/** @throws `Error` if the store doesn't know the run */
export async function readAccount(
  store: StateBackend,
  runId: string,
  happenings: readonly Happening[],
  reported: Reported,
): Promise<Account> {
  const record = await store.getRun(runId);
  if (record === undefined) throw new Error(`The store does not know run "${runId}", which has ended`);
  const entries = await store.readEntries(runId);
  return { runId, happenings, record, entries, signals: await store.readSignals(runId), reported };
}
