import type { Difference, Material } from "../brief/brief.ts";
import { wordsOf } from "./words.ts";

type ShownClaim = Material["claims"][number];

/** A claim that itself says that two accounts do not agree. */
const CONTRAST =
  /\bcompared with\b|\bours is\b|\bby ours\b|\btwo figures\b|\b(?:did|does|do) not (?:even )?agree\b|\bwould not sign\b|\bdisputes?\b|\bdiffer(?:s|ed)?\b|\bless than the \d\S* (?:used|assumed)\b|\bnot \d[\d.,]*\b|\brisen from\b|\bit holds\b/i;
/** A figure that is not met by chance: of two digits at least, and no year. */
const FIGURE = /\b(?!(?:19|20)\d\d\b)\d(?:[\d.,]*\d)\b/g;

/**
 * Claims that speak of a disagreement, each with those of other documents that give the same figures for the same
 * thing; and claims of different documents that give other shares of the same thing.
 */
export function differencesAmong({ claims, terms }: Material): Difference[] {
  const named = new Set<number>();
  const differences: Difference[] = [];
  const add = (claim: ShownClaim, others: readonly ShownClaim[], about: string): void => {
    for (const { id } of [claim, ...others]) named.add(id);
    differences.push({ about, claims: [claim.id, ...others.map(({ id }) => id)] });
  };
  const others = (claim: ShownClaim): ShownClaim[] =>
    claims.filter(({ id, file }) => file !== claim.file && !named.has(id));
  for (const claim of claims) {
    if (named.has(claim.id) || !CONTRAST.test(claim.text)) continue;
    add(
      claim,
      others(claim).filter((other) => echoes(claim, other)),
      subjectOf(claim, terms, claims),
    );
  }
  for (const claim of claims) {
    if (named.has(claim.id)) continue;
    const rivals = others(claim).filter((other) => measuresOtherwise(claim, other));
    const [rival] = rivals;
    if (rival !== undefined) add(claim, rivals, sharedPair(claim, rival) ?? "");
  }
  return differences;
}

/** Shares alone: lengths and sums that differ are mostly those of different things. */
const SHARE = /\d+(?:\.\d+)?(?= ?(?:per cent|percent|%))/g;

/** Whether two claims have a term of two words in common, both give shares, and none of them is the same. */
function measuresOtherwise(a: ShownClaim, b: ShownClaim): boolean {
  const ours = new Set(a.text.match(SHARE));
  const theirs = new Set(b.text.match(SHARE));
  if (ours.size === 0 || theirs.size === 0 || [...ours].some((share) => theirs.has(share))) return false;
  return sharedPair(a, b) !== undefined;
}

/** Two content words that follow each other in both claims, as the first one writes them. */
function sharedPair(a: ShownClaim, b: ShownClaim): string | undefined {
  const theirs = new Set(pairsOf(b).map(({ stems }) => stems));
  return pairsOf(a).find(({ stems }) => theirs.has(stems))?.written;
}

function pairsOf({ text }: ShownClaim): { stems: string; written: string }[] {
  const words = wordsOf(text);
  return words.slice(1).flatMap((word, index) => {
    const before = words[index];
    return before?.content && word.content
      ? [{ stems: `${before.stem} ${word.stem}`, written: `${before.surface} ${word.surface}` }]
      : [];
  });
}

/** Whether two claims share a figure and two words. */
function echoes(a: ShownClaim, b: ShownClaim): boolean {
  const figures = new Set(a.text.match(FIGURE));
  if (!b.text.match(FIGURE)?.some((figure) => figures.has(figure))) return false;
  const words = stemsOf(a);
  return [...stemsOf(b)].filter((stem) => words.has(stem)).length >= 2;
}

function stemsOf({ text }: ShownClaim): Set<string> {
  return new Set(wordsOf(text).flatMap(({ stem, content }) => (content ? [stem] : [])));
}

/** The key term, of the most words and then of the most documents, that the claim contains; else its word that most claims share. */
function subjectOf(claim: ShownClaim, terms: Material["terms"], claims: readonly ShownClaim[]): string {
  const lower = claim.text.toLowerCase();
  const [term] = terms
    .filter((candidate) => lower.includes(candidate.term.toLowerCase()))
    .toSorted((a, b) => b.term.split(" ").length - a.term.split(" ").length || b.files.length - a.files.length);
  if (term !== undefined) return term.term;
  const all = claims.map(stemsOf);
  const [word] = wordsOf(claim.text)
    .filter(({ content }) => content)
    .map(({ surface, stem }) => ({ surface, spread: all.filter((stems) => stems.has(stem)).length }))
    .toSorted((a, b) => b.spread - a.spread);
  return word?.surface.toLowerCase() ?? claim.file;
}
