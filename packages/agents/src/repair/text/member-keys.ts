import { bareKeyEnd, closingQuotes } from "./characters.ts";
import type { Cursor } from "./cursor.ts";
import type { Frame } from "./open-brackets.ts";
import { GaveUp, type ParseNotes } from "./parse-notes.ts";
import type { QuotedText } from "./quoted-texts.ts";

/** What is in a key that has swallowed what comes after it: line breaks, or a value and the next key. */
const HOLDS_MORE = /[\n\r]|:\s*[\d"'[{-]|:\s*(?:true|false|null)\b|[[{:,]\s*$/;

/** A key whose closing quote is missing: `"name: "Ada"`. After the quote of `"name:"` there would be a colon, or the end. */
const UNCLOSED = /["'“]([\w$-]{1,64})\s*:\s*["“](?=\s*[^\s:])/y;

/** Reads the keys of one parse, and what stands between them and their values. */
export class MemberKeys {
  readonly #cursor: Cursor;
  readonly #notes: ParseNotes;
  readonly #readText: () => QuotedText;
  /** Whether a key may have swallowed what comes after it. Only where there are other slips: any text may be a key. */
  #hasLong = false;

  /** @param readText - reads the text between quotes where the cursor is, as a key */
  constructor(cursor: Cursor, notes: ParseNotes, readText: () => QuotedText) {
    this.#cursor = cursor;
    this.#notes = notes;
    this.#readText = readText;
  }

  get hasLong(): boolean {
    return this.#hasLong;
  }

  read(frame: Frame): void {
    const cursor = this.#cursor;
    frame.keyAt = cursor.at;
    const unclosed = this.#unclosedKey();
    if (unclosed !== undefined) {
      this.#notes.change("missing-quote", cursor.at, 3);
      frame.key = unclosed;
      cursor.at += 1 + unclosed.length;
    } else if (closingQuotes(cursor.text, cursor.at) !== undefined) {
      const { text, cut, isMended } = this.#readText();
      if (isMended) throw new GaveUp(frame.keyAt);
      if (cut && /[{}[\],:]/.test(text)) this.#notes.doubtThat("a key without an end that may hold more than the key");
      this.take(frame, text, frame.keyAt);
    } else this.#readBare(frame);
    frame.state = "colon";
  }

  /** Takes a text that was read already for the key that is waited for. */
  take(frame: Frame, key: string, at: number): void {
    this.#hasLong ||= HOLDS_MORE.test(key);
    frame.key = key;
    frame.keyAt = at;
  }

  readColon({ key }: Frame): void {
    const cursor = this.#cursor;
    const sign = /[:：]|=>?/y;
    sign.lastIndex = cursor.at;
    const [found = ""] = sign.exec(cursor.text) ?? [];
    if (found !== "" && found !== ":") this.#notes.change("missing-colon", cursor.at, 1);
    if (found !== "") cursor.at += found.length;
    else if (/["'“{[\d-]|true|false|null/y.test(cursor.text.slice(cursor.at, cursor.at + 5))) this.#missColon(key);
    else throw new GaveUp(cursor.at);
  }

  #unclosedKey(): string | undefined {
    UNCLOSED.lastIndex = this.#cursor.at;
    const found = UNCLOSED.exec(this.#cursor.text);
    return found !== null && this.#cursor.afterSpace(UNCLOSED.lastIndex) < this.#cursor.end ? found[1] : undefined;
  }

  #readBare(frame: Frame): void {
    const { text, at, end } = this.#cursor;
    const keyEnd = bareKeyEnd(text, at, end);
    if (keyEnd < 0) throw new GaveUp(at);
    const isQuoted = closingQuotes(text, keyEnd) !== undefined;
    const next = this.#cursor.afterSpace(isQuoted ? keyEnd + 1 : keyEnd);
    if (next < end && text[next] !== ":") throw new GaveUp(at);
    frame.key = text.slice(at, keyEnd);
    this.#notes.change(isQuoted ? "missing-quote" : "bare-key", at, 1);
    this.#cursor.at = isQuoted ? keyEnd + 1 : keyEnd;
  }

  #missColon(key: string): void {
    const { text, at } = this.#cursor;
    this.#notes.change("missing-colon", at, 2);
    if (key.includes(":") || text[at + 1] === ":") this.#notes.doubtThat("a colon that may have slipped into a text");
  }
}
