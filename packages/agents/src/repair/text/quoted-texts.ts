import { skipSpace } from "./characters.ts";
import { decodeText } from "./decode-text.ts";
import type { ParseNotes } from "./parse-notes.ts";
import { findTextEnd, type TextSurroundings } from "./text-end.ts";

/** A text between quotes. */
export interface QuotedText {
  readonly text: string;
  readonly cut: boolean;
  /** Where to read on. */
  readonly next: number;
  /** Whether anything in it had to be mended. */
  readonly isMended: boolean;
}

/** A drive's path, or an escape that hardly anybody means. */
const PATH_ESCAPES = /(?:^|[^A-Za-z])[A-Za-z]:\\[bfnrt]|\\[bf]/;

/** Lines as JSON ends and begins them, in a text that has quotes of its own: it may have swallowed them. */
const HOLDS_LINES = /["'”’`}\]]\s*,[^\S\n]*\r?\n|\n[^\S\n]*[}\]]/;

/** Reads the texts of one parse. What escapes mean in one of them says what they may mean in the others. */
export class QuotedTexts {
  readonly #text: string;
  readonly #end: number;
  readonly #notes: ParseNotes;
  #hasPathEscapes = false;
  #hasUnknownEscapes = false;

  constructor(text: string, end: number, notes: ParseNotes) {
    this.#text = text;
    this.#end = end;
    this.#notes = notes;
  }

  read(at: number, where: Pick<TextSurroundings, "place" | "inList" | "inRecord">): QuotedText {
    const notes = this.#notes;
    const turns = (index: number): boolean => notes.turns("missing-quote", index);
    const found = findTextEnd(this.#text, at, { ...where, end: this.#end, turns });
    const raw = this.#text.slice(at + 1, found.contentEnd);
    const quote = this.#text[at] as string;
    const { text, changes, doubt } = decodeText(raw, quote, found.cut);
    const hasUnknownEscape = changes.includes("escape");
    this.#hasPathEscapes ||= raw.includes("\\") && PATH_ESCAPES.test(raw);
    this.#hasUnknownEscapes ||= hasUnknownEscape;
    if (this.#hasPathEscapes && this.#hasUnknownEscapes && !hasUnknownEscape)
      notes.doubtThat("a text whose escapes may be part of a path");
    notes.doubtThat(found.doubt ?? doubt);
    if (found.innerQuotes > 0 && HOLDS_LINES.test(raw))
      notes.doubtThat("a text that may have swallowed what comes after it");
    if (quote !== '"') notes.change("quotes", at, 0);
    for (const kind of changes) notes.change(kind, at, 0);
    if (found.innerQuotes > 0) notes.change("inner-quote", at, found.innerQuotes);
    // What can't be trusted is no rival to what can.
    if (found.doubt !== undefined) notes.edits += 3;
    if (found.cut && where.place !== "key" && text !== "") notes.change("cut-text", at, 0);
    else if (found.missingQuote && !found.cut) notes.change("missing-quote", found.contentEnd, 3);
    return { text, cut: found.cut, next: found.next, isMended: found.innerQuotes > 0 || hasUnknownEscape };
  }

  /** A text between three quotes each, as Python has it: anything may stand in it but these. */
  readTripled(at: number): QuotedText | undefined {
    const quote = this.#text[at] as string;
    const tripled = quote.repeat(3);
    if (!this.#text.startsWith(tripled, at)) return undefined;
    const last = this.#text.indexOf(tripled, at + 3);
    const next = last + 3;
    if (last < 0 || next > this.#end) return undefined;
    const after = skipSpace(this.#text, next, this.#end);
    if (after < this.#end && !",}])".includes(this.#text[after] as string)) return undefined;
    const { text, changes, doubt } = decodeText(this.#text.slice(at + 3, last), quote, false);
    this.#notes.doubtThat(doubt);
    for (const kind of ["quotes", ...changes] as const) this.#notes.change(kind, at, 0);
    return { text, cut: false, next, isMended: false };
  }
}
