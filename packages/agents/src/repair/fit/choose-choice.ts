/** What a text says about which of the allowed texts is meant. */
export type Choice =
  | { readonly member: string; readonly how: "exact" | "spelling" | "decorated" | "completed" }
  | { readonly member?: undefined; readonly isAmbiguous: boolean };

/** Words that turn what is said into its opposite, or leave it open. */
const TURNING = new Set([
  ...["not", "no", "non", "never", "none", "neither", "nor", "without", "isn't", "isnt", "aren't", "wasn't", "don't"],
  ...["doesn't", "didn't", "can't", "cannot", "won't", "hardly", "barely", "unlikely", "less", "rather", "instead"],
  ...["anti", "or", "maybe", "perhaps", "either", "unsure", "unclear", "vs", "versus", "except", "but"],
  ...["nicht", "kein", "keine", "nie", "oder", "pas", "aucun", "jamais", "nunca"],
]);

/** Longest text that may hold one of the choices, in words. */
const MOST_WORDS = 8;

/**
 * Which of `members` is meant by `text`: itself; one that differs in case, spaces or punctuation; or the only one that
 * stands in it, as a word of its own, if no word turns it into its opposite.
 *
 * @param cut - whether the text ends before its end: then only a beginning is known
 */
export function chooseChoice(text: string, members: readonly string[], cut: boolean): Choice {
  if (cut) {
    const possible = members.filter((member) => text !== "" && member.startsWith(text));
    const [member] = possible;
    return possible.length === 1 && member !== undefined
      ? { member, how: "completed" }
      : { isAmbiguous: possible.length > 1 };
  }
  if (members.includes(text)) return { member: text, how: "exact" };
  const alike = members.filter((member) => fold(member) === fold(text) && fold(member) !== "");
  if (alike.length > 0) return only(alike, "spelling");
  const words = wordsOf(text);
  if (words.length > MOST_WORDS || /[?\n]/.test(text) || words.some((word) => TURNING.has(word)))
    return { isAmbiguous: members.some((member) => occurs(wordsOf(member), words)) };
  return only(
    members.filter((member) => occurs(wordsOf(member), words)),
    "decorated",
  );
}

function only(members: readonly string[], how: "spelling" | "decorated"): Choice {
  const [member] = members;
  return members.length === 1 && member !== undefined ? { member, how } : { isAmbiguous: members.length > 1 };
}

/** Without case, accents kept, without spaces and punctuation. Signs that may carry the meaning stay: `+`, `-1`, `<`. */
function fold(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/(?<=[\p{L}\p{N}])[\s_.-]+(?=[\p{L}\p{N}])/gu, "")
    .replaceAll(/^[\s"'`*_.:;,!]+|[\s"'`*_.:;,!]+$/g, "");
}

/** Words, a hyphen or an underscore being part of one: `non-active` is not `active`. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:[-_'’+#][\p{L}\p{N}]+)*[+#]*/gu) ?? [];
}

function occurs(member: readonly string[], words: readonly string[]): boolean {
  if (member.length === 0) return false;
  return words.some((_, start) => member.every((word, index) => words[start + index] === word));
}
