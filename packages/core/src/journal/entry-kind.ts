import type { JournalEntry } from "../protocols/journal-entry.ts";

// The kinds of entries that are no step's outcome. All others bear the kind of their step.

/** What a deciding function said. */
export const DECISION = "decision";
/** A failed attempt that was followed by more work. */
export const ATTEMPT = "attempt";
/** Where a run was forked from another. */
export const FORK = "fork";
/** Where a run that goes on can begin, inside a step that runs others one after another. */
export const CHECKPOINT = "checkpoint";

/** That a run went on with another pipeline than before. */
export const PLAN = "plan";

const NO_STEPS: ReadonlySet<string> = new Set([DECISION, ATTEMPT, FORK, CHECKPOINT, PLAN]);

/** Whether an entry is the outcome of a step. */
export function isStepEntry({ kind }: Pick<JournalEntry, "kind">): boolean {
  return !NO_STEPS.has(kind);
}
