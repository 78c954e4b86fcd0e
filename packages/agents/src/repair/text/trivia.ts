import { commentEnd, hasOddQuotes } from "./comments.ts";
import type { Cursor } from "./cursor.ts";
import type { Frame } from "./open-brackets.ts";
import type { ParseNotes } from "./parse-notes.ts";

/** Skips what stands between values and says nothing: white space and comments. */
export class Trivia {
  readonly #cursor: Cursor;
  readonly #notes: ParseNotes;
  /** Index after the last text without quotes. */
  #bareEnd = -1;

  constructor(cursor: Cursor, notes: ParseNotes) {
    this.#cursor = cursor;
    this.#notes = notes;
  }

  /** A text without quotes has ended at `at`: a comment right after it may be a part of it. */
  rememberBare(at: number): void {
    this.#bareEnd = at;
  }

  skip({ node, state }: Frame): void {
    const cursor = this.#cursor;
    for (;;) {
      cursor.at = cursor.afterSpace();
      // A value may begin with it: a colour, a channel.
      if (cursor.isAtEnd || (cursor.next === "#" && state === "value")) return;
      const end = commentEnd(cursor.text, cursor.at, cursor.end);
      if (end === undefined) return;
      this.#notes.change("comment", cursor.at, 0);
      if (node.kind === "list" && state !== "after" && /^#[^\s#!]/.test(cursor.text.slice(cursor.at, cursor.at + 2)))
        this.#notes.doubtThat("a comment that may be an item");
      this.#doubtComment(end);
      cursor.at = end;
    }
  }

  #doubtComment(end: number): void {
    const { text, at } = this.#cursor;
    const isAfterBare = this.#bareEnd >= 0 && /^[^\S\n]*,?[^\S\n]*$/.test(text.slice(this.#bareEnd, at));
    if (!isAfterBare) this.#bareEnd = -1;
    if (isAfterBare || hasOddQuotes(text.slice(at, end))) this.#notes.doubtThat("a comment that may be part of a text");
  }
}
