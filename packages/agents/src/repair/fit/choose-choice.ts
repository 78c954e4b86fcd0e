/** What a text says about which of the allowed texts is meant. */
export type Choice =
  | { readonly member: string; readonly how: "exact" | "spelling" | "decorated" | "completed" }
  | { readonly member?: undefined; readonly isAmbiguous: boolean };

/** Words that turn what is said into its opposite, make it something else, or leave it open. */
const TURNING = new Set(
  `
  not no non never none neither nor without cannot hardly barely unlikely less nearly almost far lack lacks lacking zero avoid
  formerly previously until unless above below under over beyond between than rather instead anti or maybe perhaps might would
  could should false either unsure unclear vs versus except but if
  nicht kein keine nie oder pas aucun jamais nunca`.split(/\s+/),
);

/** `isn't`, `won’t`, and without the apostrophe. */
const DENIAL = /n['’]t$|^(?:is|are|was|were|do|does|did|ca|wo)nt$/;

/** Signs that say that it is asked, struck out, compared or told in several lines. */
const OPEN = /[?\n~<>≤≥≠≈]/;

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
  const found = members.filter((member) => isSaid(member, text, words));
  if (words.length > MOST_WORDS || OPEN.test(text) || words.some((word) => TURNING.has(word) || DENIAL.test(word)))
    return { isAmbiguous: found.length > 0 };
  return only(withoutParts(found, words), "decorated");
}

function isSaid(member: string, text: string, words: readonly string[]): boolean {
  if (placesOf(wordsOf(member), words).length === 0) return false;
  // `a` and `I` are words of their own: a short member has to stand there as it is written, and not before another word.
  return member.length > 2 || new RegExp(`(?<![\\p{L}\\p{N}])${escaped(member)}(?! ?[\\p{L}\\p{N}])`, "u").test(text);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Without those that are only said as a part of another one: `positive`, where it is `very positive`. */
function withoutParts(found: readonly string[], words: readonly string[]): readonly string[] {
  const covers = (whole: string, part: string): boolean => {
    const size = wordsOf(part).length;
    const wholes = placesOf(wordsOf(whole), words).map((start) => [start, start + wordsOf(whole).length] as const);
    return placesOf(wordsOf(part), words).every((at) => wholes.some(([from, to]) => from <= at && at + size <= to));
  };
  return found.filter(
    (part) => !found.some((whole) => wordsOf(whole).length > wordsOf(part).length && covers(whole, part)),
  );
}

function only(members: readonly string[], how: "spelling" | "decorated"): Choice {
  const [member] = members;
  return members.length === 1 && member !== undefined ? { member, how } : { isAmbiguous: members.length > 1 };
}

/** Without case, accents kept, without spaces and punctuation. What may carry the meaning stays: `+`, `-1`, `<`, `1.5`. */
function fold(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/(?<=\p{L})[\s_.-]+(?=[\p{L}\p{N}])|(?<=\p{N})[\s_.-]+(?=\p{L})/gu, "")
    .replaceAll(/^[\s"'`*_.:;,!]+|[\s"'`*_.:;,!]+$/g, "");
}

/** Words, a hyphen or an underscore being part of one: `non-active` is not `active`, and `-1.5` is neither `1` nor `5`. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(WORD) ?? [];
}

const WORD = /(?:(?<![\p{L}\p{N}])[+-](?=\d))?[\p{L}\p{N}]+(?:(?:[-_'’+#]|(?<=\d)[.,:/](?=\d))[\p{L}\p{N}]+)*[+#]*/gu;

function placesOf(member: readonly string[], words: readonly string[]): readonly number[] {
  if (member.length === 0) return [];
  return words.flatMap((_, start) => (member.every((word, index) => words[start + index] === word) ? [start] : []));
}
