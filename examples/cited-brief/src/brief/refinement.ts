import type { Mending } from "../answers.ts";
import type { Brief, Claim, DocumentRef } from "./brief.ts";
import { unbacked } from "./quote-check.ts";

/** A brief on its way to one in which every claim is backed. */
export interface Draft {
  readonly brief: Brief;
  /** How many times the quote of a claim has been mended, by the claim's id. */
  readonly mendings: Readonly<Record<number, number>>;
}

/** The doubtful claims of one document. */
export interface MendingTask {
  readonly document: DocumentRef;
  readonly claims: readonly Claim[];
}

/** A claim whose quote is still not in its source after so many mendings is left out of the brief. */
const MOST_MENDINGS = 2;

/** Whether nothing is left to mend. */
export function isBacked({ brief }: Draft, sources: Readonly<Record<string, string>>): boolean {
  return unbacked(brief.claims, sources).length === 0;
}

/** Parts a draft into what is to be mended, document by document, and a draft without what could not be. */
export function findDoubtful(
  draft: Draft,
  sources: Readonly<Record<string, string>>,
): { draft: Draft; tasks: MendingTask[]; dropped: number } {
  const doubtful = unbacked(draft.brief.claims, sources);
  const hopeless = new Set(doubtful.filter(({ id }) => (draft.mendings[id] ?? 0) >= MOST_MENDINGS));
  const byFile = Map.groupBy(
    doubtful.filter((claim) => !hopeless.has(claim)),
    ({ file }) => file,
  );
  return {
    draft: { ...draft, brief: { ...draft.brief, claims: draft.brief.claims.filter((claim) => !hopeless.has(claim)) } },
    tasks: draft.brief.documents.flatMap(({ file, title }) => {
      const claims = byFile.get(file);
      return claims === undefined ? [] : [{ document: { file, title }, claims }];
    }),
    dropped: hopeless.size,
  };
}

/** Puts mended claims in the place of the doubtful ones; a claim mended to no quote at all is left out. */
export function applyMendings(
  { brief, mendings }: Draft,
  tasks: readonly MendingTask[],
  answers: readonly Mending[],
): { draft: Draft; mended: number; dropped: number } {
  const counted: Record<number, number> = { ...mendings };
  for (const { id } of tasks.flatMap(({ claims }) => claims)) counted[id] = (counted[id] ?? 0) + 1;
  // An answer may only change what its own task asked about.
  const answered = new Map(
    tasks.flatMap(({ claims }, index) => {
      const asked = new Set(claims.map(({ id }) => id));
      return (answers[index]?.mended ?? []).filter(({ id }) => asked.has(id)).map((answer) => [answer.id, answer]);
    }),
  );
  const claims = brief.claims.flatMap((claim): Claim[] => {
    const answer = answered.get(claim.id);
    if (answer === undefined) return [claim];
    return answer.quote === null ? [] : [{ ...claim, text: answer.text, quote: answer.quote }];
  });
  const dropped = brief.claims.length - claims.length;
  return { draft: { brief: { ...brief, claims }, mendings: counted }, mended: answered.size - dropped, dropped };
}
