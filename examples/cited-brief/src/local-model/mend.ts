import type { Mending } from "../answers.ts";
import type { Claim } from "../brief/brief.ts";
import { sentencesOf } from "./document-text.ts";
import { similarity, termVectors } from "./term-vector.ts";

/** A claim whose quote is not in its document as it stands. */
export type DoubtfulClaim = Omit<Claim, "file">;

/** Longest passage, in characters, that a quote with something left out is filled up to. */
const LONGEST = 900;
/** How alike a sentence must be to a quote that can't be found, to take its place. */
const ALIKE = 0.6;

/** For each claim the passage of the document that its quote was made from, letter by letter. */
export function mend(claims: readonly DoubtfulClaim[], text: string): Mending["mended"] {
  // Where links lead is no part of what is said; blanks in its place keep all else where it stands.
  const document = skeletonOf(text.replace(/\]\([^)\s]*\)/g, (target) => " ".repeat(target.length)));
  return claims.map(({ id, text: claim, quote }) => ({
    id,
    text: claim,
    quote: passageOf(quote, document, text) ?? likeliest(quote, document, text),
  }));
}

/** A text's letters and digits alone, and where each of them stands in it. */
interface Skeleton {
  readonly letters: string;
  readonly places: readonly number[];
}

function skeletonOf(text: string): Skeleton {
  const places: number[] = [];
  let letters = "";
  for (const { 0: letter, index } of text.matchAll(/[\p{L}\p{N}]/gu)) {
    // Some capitals have lower-case forms of two code units: all of them stand at the same place.
    for (const unit of letter.toLowerCase().split("")) {
      letters += unit;
      places.push(index);
    }
  }
  return { letters, places };
}

/** The passage with the letters of a quote, whatever marks and spaces are between them; pieces around "…" in their order. */
function passageOf(quote: string, document: Skeleton, text: string): string | null {
  const pieces = quote
    .split(/…|\.\.\./)
    .map((piece) => skeletonOf(piece).letters)
    .filter((piece) => piece !== "");
  const [first] = pieces;
  if (first === undefined) return null;
  // The first piece may occur more than once (a date, a label): take the place from which the rest is nearest.
  let best: [from: number, to: number] | undefined;
  for (let from = document.letters.indexOf(first); from >= 0; from = document.letters.indexOf(first, from + 1)) {
    let to = from;
    const found = pieces.every((piece) => {
      const at = document.letters.indexOf(piece, to);
      to = at + piece.length;
      return at >= 0;
    });
    if (!found) break;
    if (best === undefined || to - from < best[1] - best[0]) best = [from, to];
  }
  if (best === undefined) return null;
  const passage = slice(text, document.places[best[0]] ?? 0, document.places[best[1] - 1] ?? 0);
  return passage.length <= LONGEST ? passage : null;
}

/** From the first letter to the last, with the full stop, bracket or quotation mark that closes it, on one line. */
function slice(text: string, from: number, lastLetter: number): string {
  const closing = /^.[.!?)\]"”’'*_]*/su.exec(text.slice(lastLetter));
  const opening = /(?:["“‘'([*_£$€])*$/u.exec(text.slice(0, from));
  const passage = text.slice(from - (opening?.[0].length ?? 0), lastLetter + (closing?.[0].length ?? 1));
  return passage.replace(/\n[ \t]*>/g, "\n").replace(/\s+/g, " ");
}

/** The sentence most like the quote, if there is one that says much the same. */
function likeliest(quote: string, document: Skeleton, text: string): string | null {
  const sentences = sentencesOf(text).map((sentence) => sentence.text);
  const [wanted, ...vectors] = termVectors([quote, ...sentences]);
  if (wanted === undefined) return null;
  const rated = vectors.map((vector) => similarity(wanted, vector));
  const best = Math.max(...rated, 0);
  return best < ALIKE ? null : passageOf(sentences[rated.indexOf(best)] ?? "", document, text);
}
