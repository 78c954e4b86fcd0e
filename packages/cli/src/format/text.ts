import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Columns that `text` takes on a terminal; colours take none, wide characters two. */
export function width(text: string): number {
  return stringWidth(text);
}

/** `text` on one line and harmless to a terminal: line breaks become spaces, control characters go. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s+/gu, " ")
    .replace(/\p{Cc}/gu, "")
    .trim();
}

/** `text` without what could drive a terminal; line breaks and tabs stay. */
export function harmless(text: string): string {
  return stripVTControlCharacters(text).replace(/(?![\n\t])\p{Cc}/gu, "");
}

/** At most `columns` of `text` (which has no colours), with an ellipsis where something is missing. */
export function cut(text: string, columns: number): string {
  if (columns <= 0) return "";
  if (width(text) <= columns) return text;
  let kept = "";
  let taken = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    taken += width(segment);
    if (taken > columns - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** The end of `text` in at most `columns`, with an ellipsis where something is missing. */
export function cutStart(text: string, columns: number): string {
  if (columns <= 0) return "";
  if (width(text) <= columns) return text;
  let kept = "";
  let taken = 0;
  for (const { segment } of [...GRAPHEMES.segment(text)].reverse()) {
    taken += width(segment);
    if (taken > columns - 1) break;
    kept = segment + kept;
  }
  return `…${kept.trimStart()}`;
}

/** `text` and spaces after it, `columns` wide in all; longer text stays as it is. */
export function padEnd(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - width(text)));
}

/** Spaces and then `text`, `columns` wide in all; longer text stays as it is. */
export function padStart(text: string, columns: number): string {
  return " ".repeat(Math.max(0, columns - width(text))) + text;
}

/** `3 steps`, `1 step`, `12,000 steps`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** How many characters two texts have in common from the beginning. */
export function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}
