import { bareKeyBegins, closingQuotes } from "./characters.ts";
import type { Cursor } from "./cursor.ts";
import type { OpenBrackets } from "./open-brackets.ts";
import type { ParseNotes } from "./parse-notes.ts";
import type { ListNode, RecordNode } from "./source-node.ts";

/**
 * Reads on after the bracket that closed all. Brackets too many are part of the value; what looks like its further members
 * is a doubt.
 *
 * @returns whether brackets were closed too early, or too often
 */
export function readPastEnd(
  cursor: Cursor,
  brackets: OpenBrackets,
  notes: ParseNotes,
  root: ListNode | RecordNode,
): boolean {
  const { text, end } = cursor;
  const closer = brackets.lastCloser;
  let closedEarly = false;
  let at = cursor.afterSpace();
  while (at < end && "}])".includes(text[at] as string)) {
    brackets.drop(at);
    closedEarly = true;
    cursor.at = at + 1;
    at = cursor.afterSpace();
  }
  if (/[\p{L}\p{N}":]/u.test(text[at] ?? "") && (at === cursor.at || /[":]/.test(text[at] as string)))
    notes.doubtThat("a value that may be part of something");
  if (text[at] !== "," || !goesOn(afterCommas(cursor, at), cursor, brackets, root)) return closedEarly;
  notes.siblingClosers.push(closer);
  notes.doubtThat("a bracket that closes too early");
  notes.edits += 2;
  return true;
}

function afterCommas(cursor: Cursor, at: number): number {
  let next = at;
  while (cursor.text[next] === ",") next = cursor.afterSpace(next + 1);
  return next;
}

/** Whether what stands after a comma may be a further member or item. */
function goesOn(
  at: number,
  { text, end }: Cursor,
  { hasMismatch }: OpenBrackets,
  { kind }: ListNode | RecordNode,
): boolean {
  if (hasMismatch) return true;
  if (kind === "record") return closingQuotes(text, at) !== undefined || bareKeyBegins(text, at, end);
  return /["\d{[-]/.test(text[at] ?? "") && text.lastIndexOf("]") > at;
}
