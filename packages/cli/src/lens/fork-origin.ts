import type { JournalEntry } from "@flujo/core/protocols";
import { readValue } from "./stored-value.ts";

/** Whether an entry says that the run was forked there. What stands before it is shared with the other run. */
export function isFork({ kind }: JournalEntry): boolean {
  return kind === "fork";
}

/** The id of the run that a run was forked from, of the entry that says so. */
export function forkedFrom({ output = "" }: JournalEntry): string {
  return String(readValue(output));
}
