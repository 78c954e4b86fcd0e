import { diffRuns, type RunDiff, type StoredRunHistory } from "@flujo/core";
import type { JournalEntry } from "@flujo/core/protocols";
import { storedValues } from "./stored-value.ts";

/** How two stored runs differ. */
export function compareRuns(first: StoredRunHistory, second: StoredRunHistory): RunDiff {
  return diffRuns(first, second, storedValues);
}

/** The entries of a run by their paths, to be found beside what differs. */
export function byPath({ entries }: StoredRunHistory): ReadonlyMap<string, JournalEntry> {
  return new Map(entries.map((entry) => [entry.path, entry]));
}
