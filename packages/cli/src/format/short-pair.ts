import { toJson } from "./json.ts";
import { commonLength, cut, oneLine, width } from "./text.ts";

/** What is shown of two texts before the place at which they differ. */
const LEAD = 12;
/** Characters that one column may take, combining ones included, so that a long text need not be measured whole. */
const CHARACTERS_A_COLUMN = 4;

/**
 * Two values on a line each, in at most `columns` (finite), harmless to a terminal. Where they are long and begin alike,
 * what they have in common is left out, up to shortly before the first difference.
 */
export function shortPair(values: readonly [unknown, unknown], columns: number): readonly [string, string] {
  const [a, b] = linesOf(values);
  const skipped = fits(a, columns) && fits(b, columns) ? 0 : wholeCharacters(a, commonLength(a, b) - LEAD);
  const shown = (text: string): string => {
    const rest = text.slice(skipped, skipped + columns * CHARACTERS_A_COLUMN + 1);
    return cut(skipped === 0 ? rest : `…${rest}`, columns);
  };
  return [shown(a), shown(b)];
}

/** Text as it is; but what would look the same, such as 5 and "5", or two line breaks and one, as JSON. */
function linesOf([a, b]: readonly [unknown, unknown]): readonly [string, string] {
  const [first, second] = [lineOf(a), lineOf(b)];
  return first === second ? [oneLine(toJson(a)), oneLine(toJson(b))] : [first, second];
}

function lineOf(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "string" && oneLine(value) !== "" ? oneLine(value) : oneLine(toJson(value));
}

function fits(text: string, columns: number): boolean {
  return text.length <= columns * CHARACTERS_A_COLUMN && width(text) <= columns;
}

/** At most `length`, and at least 0, without the first half of a surrogate pair at the end. */
function wholeCharacters(text: string, length: number): number {
  if (length <= 0) return 0;
  return (text.codePointAt(length - 1) ?? 0) > 0xffff ? length - 1 : length;
}
