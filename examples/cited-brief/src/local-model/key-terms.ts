import { sentencesOf } from "./document-text.ts";
import { type Word, wordsOf } from "./words.ts";

interface Candidate {
  readonly stems: readonly string[];
  /** How it is written, and how often each way. */
  readonly surfaces: Map<string, number>;
  count: number;
}

/** Longer terms say more: what one occurrence of one, two or three words counts for. */
const WORTH = [0.8, 2.2, 3];

/** What a text is about, in its own words: up to `limit` terms of one to three words, the weightiest first. */
export function keyTermsIn(text: string, limit: number): string[] {
  const candidates = new Map<string, Candidate>();
  for (const sentence of sentencesOf(text)) for (const run of contentRuns(sentence.text)) addTerms(run, candidates);

  const frequent = [...candidates.values()].filter(({ count, stems }) => count >= (stems.length === 1 ? 3 : 2));
  const rated = frequent
    .map((candidate) => ({
      candidate,
      score: standing(candidate, frequent) * (WORTH[candidate.stems.length - 1] ?? 1),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || compare(written(a.candidate), written(b.candidate)));

  const chosen: Candidate[] = [];
  for (const { candidate } of rated) {
    if (chosen.length === limit) break;
    if (!chosen.some((other) => overlap(candidate, other))) chosen.push(candidate);
  }
  return chosen.map(written);
}

/** What stands before a person's name: persons are not what a text is about. */
const TITLE = /^(?:Cllrs?|Councillors?|Dr|Mr|Mrs|Ms|Prof)$/;

/** Runs of words with nothing but content words in them, and no punctuation between them. */
function contentRuns(sentence: string): Word[][] {
  return sentence.split(/[^\p{L}\p{N}\s’'-]+/u).flatMap((piece) => {
    const runs: Word[][] = [[]];
    let afterTitle = false;
    for (const word of wordsOf(piece)) {
      if (word.content && !afterTitle) runs.at(-1)?.push(word);
      else runs.push([]);
      afterTitle = TITLE.test(word.surface);
    }
    return runs.filter((run) => run.length > 0);
  });
}

function addTerms(run: readonly Word[], candidates: Map<string, Candidate>): void {
  for (let size = 1; size <= 3; size++) {
    for (let start = 0; start + size <= run.length; start++) {
      const words = run.slice(start, start + size);
      const stems = words.map(({ stem }) => stem);
      const key = stems.join(" ");
      const candidate = candidates.get(key) ?? { stems, surfaces: new Map<string, number>(), count: 0 };
      const surface = words.map((word) => word.surface).join(" ");
      candidate.surfaces.set(surface, (candidate.surfaces.get(surface) ?? 0) + 1);
      candidate.count += 1;
      candidates.set(key, candidate);
    }
  }
}

/** Occurrences in its own right: those inside a longer frequent term are that term's. */
function standing(candidate: Candidate, all: readonly Candidate[]): number {
  const inLonger = all.filter(
    (other) => other.stems.length === candidate.stems.length + 1 && contains(other, candidate),
  );
  return candidate.count - Math.max(0, ...inLonger.map(({ count }) => count));
}

function contains(longer: Candidate, shorter: Candidate): boolean {
  return ` ${longer.stems.join(" ")} `.includes(` ${shorter.stems.join(" ")} `);
}

function overlap(a: Candidate, b: Candidate): boolean {
  return contains(a, b) || contains(b, a);
}

/** Its most frequent spelling. */
function written({ surfaces }: Candidate): string {
  return [...surfaces].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]))[0]?.[0] ?? "";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
