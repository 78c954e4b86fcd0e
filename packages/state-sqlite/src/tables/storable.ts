import { StateError } from "@flujo/core/protocols";

/**
 * The row itself, once it is known that SQLite can keep its texts as they are. Half of a surrogate pair has no place
 * in UTF-8: it would come back as another character, and two ids could become one.
 *
 * @throws {@link StateError} naming the first column that can't be kept
 */
export function storable<Row extends object>(row: Row): Row {
  for (const [column, value] of Object.entries(row)) {
    if (typeof value === "string" && !value.isWellFormed()) {
      throw new StateError(`A text for ${column} holds half of a surrogate pair, which can't be stored as it is`);
    }
  }
  return row;
}
