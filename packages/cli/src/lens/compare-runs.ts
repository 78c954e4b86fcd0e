import { diffRuns, type RunDiff, type StoredRunHistory } from "@flujo/core";
import type { JournalEntry, RunRecord } from "@flujo/core/protocols";
import { resultOf } from "./result-of.ts";
import { storedValues } from "./stored-value.ts";

/** How two runs differ. What failed for another reason came to something else, by its code and message. */
export function compareRuns(first: StoredRunHistory, second: StoredRunHistory): RunDiff {
  const { same, steps, ...diff } = diffRuns(first, second, storedValues);
  const [before, after] = [byPath(first), byPath(second)];
  return {
    ...diff,
    same: same && isSameReason(first.record, second.record),
    steps: steps.map((step) => {
      const isSame = step.change !== "same" || isSameReason(before.get(step.path), after.get(step.path));
      return isSame ? step : { ...step, change: "changed" };
    }),
  };
}

/** The entries of a run by their paths, to be found beside what differs. */
export function byPath({ entries }: StoredRunHistory): ReadonlyMap<string, JournalEntry> {
  return new Map(entries.map((entry) => [entry.path, entry]));
}

/** Whether two that are known to have come to the same status and output did so for one reason. */
function isSameReason(
  first: RunRecord | JournalEntry | undefined,
  second: RunRecord | JournalEntry | undefined,
): boolean {
  if (first === undefined || second === undefined || first.status === "completed") return true;
  return resultOf(first) === resultOf(second);
}
