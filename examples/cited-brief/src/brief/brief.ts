/** The kinds of documents that the brief reads in different ways. */
export const DOCUMENT_KINDS = ["minutes", "report", "opinion", "guide"] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** A document without its text, which stands once in the run's context. */
export interface DocumentRef {
  /** Its file name: what sources are told apart by. */
  readonly file: string;
  readonly title: string;
}

/** A document as it was read from its folder. */
export interface SourceDocument extends DocumentRef {
  readonly text: string;
}

/** What was drawn from one document. */
export interface Note extends DocumentRef {
  readonly kind: DocumentKind;
  readonly claims: readonly { readonly text: string; readonly quote: string }[];
  readonly terms: readonly string[];
  readonly questions: readonly string[];
}

/** Something that a document says, and the passage that is to prove it. */
export interface Claim {
  /** Counts the claims of all documents, from 1. */
  readonly id: number;
  readonly file: string;
  readonly text: string;
  readonly quote: string;
}

/** A key term, with the documents that have it. */
export interface Term {
  readonly term: string;
  readonly files: readonly string[];
}

/** What the brief is composed from, as a model is shown it: claims without their quotes. */
export interface Material {
  readonly documents: readonly DocumentRef[];
  readonly terms: readonly Term[];
  readonly claims: readonly Omit<Claim, "quote">[];
}

export interface Section {
  readonly heading: string;
  /** Each names, by their ids, the claims that say the same. */
  readonly points: readonly { readonly claims: readonly number[] }[];
}

/** A matter on which the documents disagree, and the claims that show it. */
export interface Difference {
  readonly about: string;
  readonly claims: readonly number[];
}

/** All that is written into the brief. */
export interface Brief {
  readonly title: string;
  readonly documents: readonly (DocumentRef & { readonly kind: DocumentKind })[];
  readonly claims: readonly Claim[];
  readonly sections: readonly Section[];
  readonly differences: readonly Difference[];
  readonly terms: readonly Term[];
  readonly questions: readonly { readonly file: string; readonly question: string }[];
}
