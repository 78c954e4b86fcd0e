import type { Brief, Difference, Material, Note, Section, Term } from "./brief.ts";
import { isQuoteOf } from "./quote-check.ts";

/** What all documents gave, numbered and counted, before anything is arranged. */
export type Gathered = Pick<Brief, "documents" | "claims" | "terms" | "questions">;

/** Most key terms that the brief lists. */
const KEY_TERMS = 14;

/** Brings together what was drawn from each document. Questions that a document does not really ask are left out. */
export function gather(notes: readonly Note[], sources: Readonly<Record<string, string>>): Gathered {
  const claims = notes.flatMap(({ file, claims }) => claims.map((claim) => ({ file, ...claim })));
  return {
    documents: notes.map(({ file, title, kind }) => ({ file, title, kind })),
    claims: claims.map((claim, index) => ({ id: index + 1, ...claim })),
    terms: sharedTerms(notes),
    questions: notes.flatMap(({ file, questions }) =>
      questions.filter((question) => isQuoteOf(question, sources[file] ?? "")).map((question) => ({ file, question })),
    ),
  };
}

/** What a model is shown to compose the brief from. */
export function materialOf({ documents, claims, terms }: Gathered): Material {
  return {
    documents: documents.map(({ file, title }) => ({ file, title })),
    terms,
    claims: claims.map(({ id, file, text }) => ({ id, file, text })),
  };
}

/**
 * A brief from what was gathered and how a model would arrange it. Claims that the outline forgot stand at
 * the end, one it names twice stands where it was named first, and ids that no claim has are passed over.
 */
export function assemble(
  gathered: Gathered,
  outline: { readonly title: string; readonly sections: readonly Section[] },
  differences: readonly Difference[],
): Brief {
  const open = new Set(gathered.claims.map(({ id }) => id));
  const sections = outline.sections.map(({ heading, points }) => ({
    heading,
    points: points.map(({ claims }) => ({ claims: claims.filter((id) => open.delete(id)) })),
  }));
  if (open.size > 0) sections.push({ heading: "Other points", points: [...open].map((id) => ({ claims: [id] })) });
  return { ...gathered, title: outline.title, sections, differences };
}

/** The terms of all documents, those of most documents first; then in the order in which they were named. */
function sharedTerms(notes: readonly Note[]): Term[] {
  const terms = new Map<string, { term: string; files: string[]; standing: number }>();
  for (const { file, terms: named } of notes) {
    for (const [standing, term] of named.entries()) {
      const known = terms.get(term.toLowerCase());
      if (known === undefined) terms.set(term.toLowerCase(), { term, files: [file], standing });
      else if (!known.files.includes(file)) known.files.push(file);
    }
  }
  return [...terms.values()]
    .sort((a, b) => b.files.length - a.files.length || a.standing - b.standing)
    .slice(0, KEY_TERMS)
    .map(({ term, files }) => ({ term, files }));
}
