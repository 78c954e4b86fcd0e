/** Index after the comment that begins at `at`, or `undefined` if none does: a C or Python one. */
export function commentEnd(text: string, at: number, end: number): number | undefined {
  const isBlock = text.startsWith("/*", at);
  if (!isBlock && text[at] !== "#" && !text.startsWith("//", at)) return undefined;
  const close = isBlock ? "*/" : "\n";
  const found = text.indexOf(close, at + 1);
  return found < 0 ? end : Math.min(found + close.length, end);
}

/** Whether a text may begin or end in the comment. */
export function hasOddQuotes(comment: string): boolean {
  return comment.split(/["“”]/).length % 2 === 0;
}

/** Whether the last comment, which begins at `at`, may hold the rest of the value: it has brackets in it, and nothing comes after it. */
export function maySwallow(text: string, at: number, end: number): boolean {
  const found = text.indexOf("\n", at);
  const lineEnd = found < 0 ? text.length : found;
  return lineEnd >= end && /[}\]]/.test(text.slice(at, lineEnd));
}
