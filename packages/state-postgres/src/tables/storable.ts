import { StateError } from "@flujo/core/protocols";

/**
 * A text in a form that PostgreSQL can keep, which knows no NUL: U+0000 becomes U+0001 U+0001, and U+0001 becomes
 * U+0001 U+0002. All other texts are kept as they are. Two texts compare as their stored forms do, and one
 * begins with another if its stored form begins with the other's.
 *
 * @param what - what the text is for, as the message calls it
 * @throws {@link StateError} if it holds half of a surrogate pair, which has no place in UTF-8: it would come back as
 * another character, and two ids could become one
 */
export function storable(text: string, what: string): string {
  if (!text.isWellFormed()) {
    throw new StateError(`A text for ${what} holds half of a surrogate pair, which can't be stored as it is`);
  }
  if (!text.includes("\u0000") && !text.includes("\u0001")) return text;
  return text.replaceAll("\u0001", "\u0001\u0002").replaceAll("\u0000", "\u0001\u0001");
}

/** The text that {@link storable} made `stored` of. */
export function restored(stored: string): string {
  if (!stored.includes("\u0001")) return stored;
  // Pairs are taken from the left, as they were made: a pair for NUL never begins in the middle of another.
  return stored
    .split("\u0001\u0001")
    .map((part) => part.replaceAll("\u0001\u0002", "\u0001"))
    .join("\u0000");
}
