import type { RepairKind } from "../repair-kinds.ts";

/** What a text between quotes says. */
export interface DecodedText {
  readonly text: string;
  readonly changes: readonly RepairKind[];
  /** Why it may mean something else, if it may. */
  readonly doubt: string | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** `C:\` with one backslash. */
const DRIVE = /^[A-Za-z]:\\(?!\\)/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
const CONTROL = /[\u0000-\u001f]/;

/**
 * Undoes the escapes of `raw`, what stands between two quotes. What JSON does not know as an escape is kept with its
 * backslash: it is a path or a pattern. Then the escapes that JSON does know may be part of it too, which is a doubt.
 *
 * @param cut - whether the text ends in it, so that an escape may have lost its end
 */
export function decodeText(raw: string, quote: string, cut: boolean): DecodedText {
  const changes: RepairKind[] = CONTROL.test(raw) ? ["control-character"] : [];
  if (!raw.includes("\\")) return { text: raw, changes, doubt: undefined };
  const parts: string[] = [];
  const isPath = DRIVE.test(raw) && hasUnknownEscape(raw);
  let unknown = 0;
  let controls = 0;
  let doubt: string | undefined;
  let from = 0;
  for (let at = raw.indexOf("\\"); at >= 0; at = raw.indexOf("\\", from)) {
    parts.push(raw.slice(from, at));
    const next = raw[at + 1];
    const hex = raw.slice(at + 2, at + 6);
    from = at + 2;
    if (next === undefined || (cut && next === "u" && /^[\da-f]*$/i.test(hex) && hex.length < 4)) {
      // Half an escape says nothing.
      from = raw.length;
      if (!cut) parts.push("\\");
    } else if (next === "u" && /^[\da-f]{4}$/i.test(hex)) {
      parts.push(String.fromCharCode(Number.parseInt(hex, 16)));
      from = at + 6;
    } else if ("bfnrt".includes(next) && isPath) {
      parts.push(`\\${next}`);
    } else if (Object.hasOwn(ESCAPES, next)) {
      parts.push(ESCAPES[next] as string);
      if ("nrtbf".includes(next)) controls++;
    } else if (next === "'" || next === quote) {
      // JSON does not let one escape it, but nobody means the backslash.
      parts.push(next);
      if (next !== quote) changes.push("escape");
    } else {
      if (next === "\n" || next === "\r") doubt = "a backslash at the end of a line";
      if (next === "u" && /^[\da-f]{2}/i.test(hex)) doubt = "an escape that lacks a digit";
      if (next === "x" && /^[\da-f]{2}/i.test(hex)) doubt = "an escape that other languages give a meaning";
      parts.push(`\\${next}`);
      unknown++;
    }
  }
  parts.push(raw.slice(from));
  if (unknown > 0) changes.push("escape");
  if (unknown > 0 && controls > 0) doubt = "a text with escapes that JSON knows and others that it does not";
  const text = parts.join("");
  // The first half of a character outside the basic plane, whose second half was cut off.
  return { text: cut ? text.replace(/[\ud800-\udbff]$/, "") : text, changes, doubt };
}

function hasUnknownEscape(raw: string): boolean {
  for (const [, next = ""] of raw.matchAll(/\\(u[\da-f]{4}|[\s\S])/gi)) {
    if (next.length === 1 && !Object.hasOwn(ESCAPES, next) && next !== "'") return true;
  }
  return false;
}
