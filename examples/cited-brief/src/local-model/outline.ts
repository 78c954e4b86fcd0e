import type { Claim, Material, Section } from "../brief/brief.ts";
import { centroid, similarity, type TermVector, termVectors } from "./term-vector.ts";
import { wordsOf } from "./words.ts";

interface Weighed extends Omit<Claim, "quote"> {
  readonly vector: TermVector;
  /** Its words in their compared form, with a space before and after each. */
  readonly stems: string;
}

/** Groups that a reader looks for whatever the subject is, the first match first. */
const STANDING_GROUPS = [
  {
    heading: "Decisions",
    pattern: /^(?:motion|amendment|resolution)\b|^the (?:motion|amendment)\b.*\b(?:carried|lost)\b/i,
  },
  { heading: "Cost and funding", pattern: /[£$€]\s?\d|\b(?:costs?|funding|budget)\b/i },
];
/** Fewest claims that make a section; of one word alone, which says less, it takes one more. */
const SECTION = 3;
/** From this similarity on, two claims of different documents are taken to say the same. */
const SAME = 0.7;
/** From this similarity on, a claim without any of the topics' terms still belongs to the nearest. */
const NEAR = 0.12;

/** Puts claims under at most `maxSections` headings, by the terms that they share; each claim once. */
export function arrange({ documents, claims, terms }: Material, maxSections: number): Section[] {
  const vectors = termVectors(claims.map(({ text }) => text));
  let open: Weighed[] = claims.map((claim, index) => ({
    ...claim,
    vector: vectors[index] ?? new Map(),
    stems: stemsOf(claim.text),
  }));
  const groups: { heading: string; members: Weighed[] }[] = [];
  const take = (heading: string, members: Weighed[]): void => {
    groups.push({ heading, members });
    open = open.filter((claim) => !members.includes(claim));
  };

  for (const { heading, pattern } of STANDING_GROUPS) {
    const members = open.filter(({ text }) => pattern.test(text));
    if (members.length >= SECTION) take(heading, members);
  }
  for (const term of chooseTopics(open, terms, maxSections - groups.length)) {
    take(
      capitalised(term),
      open.filter(({ stems }) => stems.includes(stemsOf(term))),
    );
  }
  for (const claim of [...open]) {
    const near = groups
      .slice(STANDING_GROUPS.length)
      .map(({ members }) => similarity(claim.vector, centroid(members.map(({ vector }) => vector))));
    const best = Math.max(...near, 0);
    if (best < NEAR) continue;
    groups[STANDING_GROUPS.length + near.indexOf(best)]?.members.push(claim);
    open = open.filter((other) => other !== claim);
  }
  for (const { file, title } of documents) {
    const members = open.filter((claim) => claim.file === file);
    if (members.length >= SECTION) take(title, members);
  }
  if (open.length > 0) take("Other points", open);

  const order = new Map(claims.map(({ id }, index) => [id, index]));
  return groups.map(({ heading, members }) => ({
    heading,
    points: merge(members.sort((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0))),
  }));
}

/** The key terms that, between them, touch the most claims; those of several words and of many documents first. */
function chooseTopics(claims: readonly Weighed[], terms: Material["terms"], limit: number): string[] {
  const candidates = terms
    .map(({ term, files }) => ({
      term,
      weight: Math.sqrt(files.length) * (term.includes(" ") ? 1.5 : 1),
      members: new Set(claims.filter(({ stems }) => stems.includes(stemsOf(term)))),
    }))
    .filter(({ term, members }) => members.size >= (term.includes(" ") ? SECTION : SECTION + 1));
  const chosen: typeof candidates = [];
  let left = new Set(claims);
  while (chosen.length < limit) {
    const gain = ({ members, weight }: (typeof candidates)[number]): number => {
      const fresh = [...members].filter((claim) => left.has(claim)).length;
      return fresh < SECTION ? 0 : fresh * weight;
    };
    const best = candidates.reduce<(typeof candidates)[number] | undefined>(
      (a, b) => (a === undefined || gain(b) > gain(a) ? b : a),
      undefined,
    );
    if (best === undefined || gain(best) === 0) break;
    chosen.push(best);
    left = new Set([...left].filter((claim) => !best.members.has(claim)));
  }
  return chosen.map(({ term }) => term);
}

/** One point a claim, except that claims of different documents that say the same become one. */
function merge(claims: readonly Weighed[]): Section["points"] {
  const points: Weighed[][] = [];
  for (const claim of claims) {
    const twin = points.find(
      (members) =>
        members.every(({ file }) => file !== claim.file) &&
        members.some(({ vector }) => similarity(vector, claim.vector) >= SAME),
    );
    if (twin === undefined) points.push([claim]);
    else twin.push(claim);
  }
  return points.map((members) => ({ claims: members.map(({ id }) => id) }));
}

function stemsOf(text: string): string {
  return ` ${wordsOf(text)
    .map(({ stem }) => stem)
    .join(" ")} `;
}

function capitalised(term: string): string {
  return term.charAt(0).toUpperCase() + term.slice(1);
}
