import { sentencesOf } from "./document-text.ts";
import { KIND_PROFILES } from "./kinds.ts";
import { type Statement, statementsOf } from "./statements.ts";
import { centroid, similarity, termVectors } from "./term-vector.ts";

/** Money, shares and measures: what makes a sentence worth quoting. */
const FIGURE =
  /[£$€]\s?\d[\d.,]*|\b\d[\d.,]*\s?(?:per cent|%|million|billion|metres|millimetres|hectares|litres|years?|months|days|spaces|properties|homes)\b|\b1 in \d+/gi;
const WEIGHTY_HEADING =
  /\b(?:summary|findings?|recommend\w*|conclusions?|motions?|decisions?|we ask|can say|must not)\b/i;
/** Where a writer tells of himself rather than of the matter. */
const ANECDOTE =
  /\b(?:I (?:was|had|mention|have sat|remember|saw|stood|told|said)|my (?:father|mother|grand\w+|friends?))\b/i;
const FORMAL_HEADING =
  /\b(?:minutes|apologies|present|attendance|declarations?|next meeting|other business|scope|sources|matters arising|actions)\b/i;

/** What it speaks of was named before. */
const VAGUE = /^\S+ \S+ (?:of|that|about) (?:it|this|them)\b|^There (?:is|are|was|were)\b/;

/** The statements of a document that matter most, at most `limit`, in the document's order. */
export function claimsIn(text: string, kind: string, limit: number): { text: string; quote: string }[] {
  const statements = statementsOf(sentencesOf(text));
  const vectors = termVectors(statements.map((statement) => statement.text));
  const subject = centroid(vectors);
  const rated = statements.map((statement, index) => ({
    statement,
    index,
    vector: vectors[index] ?? new Map<string, number>(),
    score: weight(statement, kind) + 1.5 * similarity(vectors[index] ?? new Map<string, number>(), subject),
  }));

  const chosen: typeof rated = [];
  const open = new Set(rated);
  while (chosen.length < limit && open.size > 0) {
    // What repeats a chosen one, or crowds its heading, gives way to something else.
    const value = ({ score, vector, statement }: (typeof rated)[number]): number =>
      score -
      0.8 * Math.max(0, ...chosen.map((other) => similarity(vector, other.vector))) -
      (statement.decision ? 0 : 0.12 * chosen.filter((other) => other.statement.heading === statement.heading).length);
    const best = [...open].reduce((a, b) => (value(b) > value(a) ? b : a));
    open.delete(best);
    chosen.push(best);
  }
  return chosen
    .sort((a, b) => a.index - b.index)
    .map(({ statement }) => ({ text: statement.text, quote: statement.quote }));
}

function weight(statement: Statement, kind: string): number {
  const { text, heading } = statement;
  const words = text.split(" ").length;
  const figures = Math.min(3, text.match(FIGURE)?.length ?? 0);
  const profile = KIND_PROFILES[kind];
  let sum = (profile?.figureWeight ?? 0.1) * figures;
  if (statement.decision) sum += 0.8;
  if (profile?.cues.test(text)) sum += 0.3;
  if (WEIGHTY_HEADING.test(heading)) sum += 0.35;
  if (ANECDOTE.test(text)) sum -= 0.5;
  if (FORMAL_HEADING.test(heading) && !WEIGHTY_HEADING.test(heading)) sum -= 0.5;
  if (statement.place === 0) sum += 0.05;
  if (!statement.standsAlone) sum -= 0.6;
  if (VAGUE.test(text)) sum -= 0.3;
  if (words > 45) sum -= 0.02 * (words - 45);
  if (words < 9) sum -= 0.15;
  return sum;
}
