import type { JournalEntry } from "./journal-entry.ts";

/** What may follow a node's path in the path of something below it. */
export const BELOW: readonly string[] = ["/", "[", "#", "@", "!", ":"];

/** The path of the node that an entry with `folds` stands for: what is below that is folded. Empty: everything is. */
export function foldedNodeOf(path: string): string {
  const colon = path.indexOf(":");
  return colon === -1 ? path : path.slice(0, colon);
}

/** Entries in the order in which they were appended, without those that a later one folds. */
export function unfoldedOf(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const folded = new Set<string>();
  const unfolded: JournalEntry[] = [];
  for (const entry of entries.toReversed()) {
    if (folded.size === 0 || !isBelowOneOf(folded, entry.path)) unfolded.push(entry);
    if (entry.folds) folded.add(foldedNodeOf(entry.path));
  }
  return unfolded.reverse();
}

function isBelowOneOf(nodes: ReadonlySet<string>, path: string): boolean {
  if (nodes.has("")) return true;
  for (let at = 0; at < path.length; at++) {
    if (BELOW.includes(path[at] as string) && nodes.has(path.slice(0, at))) return true;
  }
  return false;
}
