/** Words that say nothing about what a text is about, units and offices of a meeting among them. */
const STOP_WORDS = new Set(
  `a about above accordingly across after again against ago ahead all almost alone along already also although always
  am among an and another any anybody anyone anything are around as ask asked asks at away back be became because
  become been before began begin behind being below beside besides better between beyond big both but by call called
  came can cannot cent certain clear cllr cllrs close come could councillor councillors day days did different do does
  doing done down dr due during each early either else end enough even ever every everyone everything far few find
  first five for found four from full further gave general get give given gives go goes going gone good got great had
  half has have having he her here hers herself him himself his hour hours how however i if in indeed instead into is
  it its itself just keep kept kind knew know known knows large last later least left less let like likely little long
  longer look lot made make makes making many march may me mean means meeting might mine minute minutes month months
  more most mr mrs ms much must my myself nearly need needed needs neither never new next nine no nobody none nor not
  nothing now of off often on once one only or order other others our ours ourselves out over own part particular
  people per perhaps place point possible present put quite rather read real really replied report reported right said
  same saw say saying says second see seem seemed seems seen set seven several shall she should show shown since six
  small so some somebody someone something soon still such sure take taken takes taking tell ten than that the their
  theirs them themselves then there therefore these they thing things think third this those though thought three
  through thus time times to today together told too took towards twelve two under until up upon us use used using
  various very want wanted was way we week weeks well went were what whatever when where whether which while who whole
  whom whose why will with within without word words would write written wrote year years yes yet you young your yours
  january february april june july august september october november december monday tuesday wednesday thursday friday
  saturday sunday
  average billion board chair clerk committee company council hectare hectares kilometres litre litres metre metres
  millimetre millimetres million officer option section`.split(/\s+/),
);

/** A word as it stands in a text, and in the form in which it is compared. */
export interface Word {
  readonly surface: string;
  readonly stem: string;
  /** Whether it says something about the subject: no stop word, no number. */
  readonly content: boolean;
}

/** The words of a text, numbers included. */
export function wordsOf(text: string): Word[] {
  return Array.from(text.matchAll(/[\p{L}\p{N}]+(?:[.,’'-][\p{L}\p{N}]+)*/gu), ([surface]) => {
    const lower = surface
      .toLowerCase()
      .replace(/[’']s$/, "")
      .replaceAll("’", "'");
    return {
      surface,
      stem: stemOf(lower),
      content: lower.length > 2 && !STOP_WORDS.has(lower) && /^\p{L}/u.test(lower),
    };
  });
}

/** How many times each content word occurs, by stem. */
export function countStems(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { stem, content } of wordsOf(text)) if (content) counts.set(stem, (counts.get(stem) ?? 0) + 1);
  return counts;
}

/** How many words a text has: what this model counts as tokens. */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
}

/** A light stemmer for English: plural and past endings only, so that `marshes` meets `marsh` and `raised` meets `raise`. */
function stemOf(word: string): string {
  if (word.length > 4 && word.endsWith("ies")) return `${word.slice(0, -3)}y`;
  if (word.length > 5 && word.endsWith("ing"))
    return word
      .slice(0, -3)
      .replace(/([bdgmnprt])\1$/, "$1")
      .replace(/e$/, "");
  if (word.length > 4 && /(?:sh|ch|x|ss)es$/.test(word)) return word.slice(0, -2);
  if (word.length > 4 && word.endsWith("ed"))
    return word
      .slice(0, -2)
      .replace(/([bdgmnprt])\1$/, "$1")
      .replace(/e$/, "");
  if (word.length > 3 && word.endsWith("s") && !word.endsWith("ss") && !word.endsWith("us"))
    return word.slice(0, -1).replace(/e$/, "");
  return word.length > 4 ? word.replace(/e$/, "") : word;
}

/** A sentence as it goes on after a comma or colon. */
export function lowerFirst(text: string): string {
  return text.replace(/^\p{Lu}(?=\p{Ll}|\s)/u, (letter) => letter.toLowerCase());
}
