import type { Claim } from "./brief.ts";

/** Fewest words of a quote: less occurs everywhere and proves nothing. */
const FEWEST_WORDS = 3;

/** The claims whose quotes do not really occur in their sources. `sources` holds the documents' texts by file. */
export function unbacked<C extends Pick<Claim, "file" | "quote">>(
  claims: readonly C[],
  sources: Readonly<Record<string, string>>,
): C[] {
  const normalised = new Map(Object.entries(sources).map(([file, text]) => [file, normalise(text)]));
  return claims.filter(({ file, quote }) => !occurs(normalise(quote), normalised.get(file) ?? ""));
}

/**
 * Whether a text contains a quote word for word. How its lines are broken, Markdown's mark of quoted lines and
 * the shape of quotation marks do not count; all else does.
 */
export function isQuoteOf(quote: string, text: string): boolean {
  return occurs(normalise(quote), normalise(text));
}

function occurs(quote: string, text: string): boolean {
  return quote.split(" ").length >= FEWEST_WORDS && text.includes(quote);
}

function normalise(text: string): string {
  return text
    .normalize("NFC")
    .replace(/^[ \t]*>[ \t]?/gm, "")
    .replace(/[‘’‚‛]/g, "'")
    .replace(/[“”„‟]/g, '"')
    .replace(/\s+/g, " ")
    .trim();
}
