import { StateError } from "@flujo/core/protocols";

/**
 * The text itself, once it is known that SQLite can keep it as it is; NULL if there is none. Half of a surrogate pair has no place
 * in UTF-8: it would come back as another character, and two ids could become one.
 *
 * @throws {@link StateError} naming the column, if it can't be kept
 */
export function storableText(column: string, text: string): string;
export function storableText(column: string, text: string | undefined): string | null;
export function storableText(column: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  if (text.isWellFormed()) return text;
  throw new StateError(`A text for ${column} holds half of a surrogate pair, which can't be stored as it is`);
}

/**
 * The row itself, once it is known that SQLite can keep all of its texts.
 *
 * @throws as {@link storableText} does
 */
export function storable<Row extends object>(row: Row): Row {
  for (const [column, value] of Object.entries(row)) if (typeof value === "string") storableText(column, value);
  return row;
}
