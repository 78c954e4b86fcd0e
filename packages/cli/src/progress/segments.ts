import type { Paint, Style } from "../format/paint.ts";
import { cut, width } from "../format/text.ts";

/** A piece of a line, and how it is coloured. Colours are put on last, so that cutting can't break them. */
export interface Segment {
  readonly text: string;
  readonly style?: Style;
}

/** Segments cut to `columns` in all and coloured; what is left of `columns` is filled with spaces if `fill`. */
export function paintSegments(segments: readonly Segment[], columns: number, paint: Paint, fill = false): string {
  let left = columns;
  let line = "";
  for (const { text, style } of segments) {
    const shown = cut(text, left);
    line += style === undefined || shown === "" ? shown : paint(style, shown);
    left -= width(shown);
    if (shown !== text) break;
  }
  return fill ? line + " ".repeat(Math.max(0, left)) : line;
}
