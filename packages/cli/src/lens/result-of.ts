import type { JournalEntry, RunRecord } from "@flujo/core/protocols";
import { oneLine } from "../format/text.ts";
import { readError, readValue } from "./stored-value.ts";

/** What a run or a step came to: its output; or, where there is none, in words why. */
export function resultOf(stored: RunRecord | JournalEntry): unknown {
  if (stored.status === "completed") return stored.output === undefined ? undefined : readValue(stored.output);
  if (stored.status === "paused") return `waits for ${stored.awaiting.map(({ path }) => path).join(", ")}`;
  const error = readError(stored);
  return error === undefined ? stored.status : oneLine(`${error.code ?? error.name}: ${error.message}`);
}
