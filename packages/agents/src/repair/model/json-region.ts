/** Where JSON begins: a bracket, and what may be a value or a key after it. `[1]` refers to a source. */
const OPENING = /[{[]\s*(?:["'“‘`{[-]|\d[\d.]*\s*,|[\p{L}_$][\p{L}\p{N}_$-]*["'”]?\s*:)/u;

/** A member that stands by itself. */
const MEMBER = /["'”]\s*:/;

/**
 * The part of a text that is meant to be JSON: from the first bracket to the last, and all that looks like members before and
 * after. All of it, if there is none. What a text says around its JSON is not the answer, and may be there to mislead.
 */
export function jsonRegion(text: string): string {
  const opening = OPENING.exec(text);
  if (opening === null) return text;
  const start = MEMBER.test(text.slice(0, opening.index)) ? 0 : opening.index;
  const last = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"));
  if (last < opening.index) return text.slice(start);
  const after = text.slice(last + 1);
  return MEMBER.test(after) || /^\s*,/.test(after) ? text.slice(start) : text.slice(start, last + 1);
}
