import type { DocumentRef, SourceDocument } from "./brief/brief.ts";

/** What the steps of one run share. */
export interface BriefContext {
  /** The documents' texts by file: what agents read, and what quotes are checked against. */
  sources: Record<string, string>;
  /** The file that the brief is written to. */
  target: string;
  /** Claims whose quotes had to be mended. */
  mended: number;
  /** Claims left out because no quote was found for them. */
  dropped: number;
}

export const EMPTY_CONTEXT: BriefContext = { sources: {}, target: "", mended: 0, dropped: 0 };

/** A document with its text. */
export function withText(document: DocumentRef, { sources }: Readonly<BriefContext>): SourceDocument {
  return { ...document, text: sources[document.file] ?? "" };
}
