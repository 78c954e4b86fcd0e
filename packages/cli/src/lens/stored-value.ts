import { TaggedJsonSerializer } from "@flujo/core";
import type { JournalEntry, RunRecord, Serializer, StoredError } from "@flujo/core/protocols";
import { type ErrorFacts, storedErrorFacts } from "../format/error.ts";

const serializer = new TaggedJsonSerializer();

/**
 * A value as it was stored. What a serializer of somebody's own wrote can't be read here: then it is
 * given as the text that it is.
 */
export function readValue(text: string): unknown {
  try {
    return serializer.parse(text);
  } catch {
    // Not Flujo's own format: the text itself says more than an error would.
    return text;
  }
}

/** What {@link readValue} reads, for what wants a serializer. */
export const storedValues: Serializer = { stringify: (value) => serializer.stringify(value), parse: readValue };

/** The error that a run or a step ended with, if any. */
export function readError({ error }: Pick<RunRecord | JournalEntry, "error">): ErrorFacts | undefined {
  if (error === undefined) return undefined;
  const stored = readValue(error);
  const isStored = typeof stored === "object" && stored !== null && "message" in stored;
  return isStored ? storedErrorFacts(stored as StoredError) : { name: "Error", message: String(stored) };
}
