import { readBareValue } from "./bare-value.ts";
import { bareKeyBegins, bareKeyEnd, closingQuotes, FENCE, skipSpace, skipSpaceBack } from "./characters.ts";
import { commentEnd, hasOddQuotes, maySwallow } from "./comments.ts";
import { type Closer, type Frame, OpenBrackets, type Opener } from "./open-brackets.ts";
import type { Parse, ParseOptions, Unreadable } from "./parse.ts";
import { GaveUp, ParseNotes } from "./parse-notes.ts";
import { type QuotedText, QuotedTexts } from "./quoted-texts.ts";
import type { Reading } from "./reading.ts";
import type { ListNode, RecordNode } from "./source-node.ts";
import type { TextPlace } from "./text-end.ts";

/** What is in a key that has swallowed what comes after it: line breaks, or a value and the next key. */
const HOLDS_MORE = /[\n\r]|:\s*[\d"'[{-]|:\s*(?:true|false|null)\b|[[{:,]\s*$/;

/** Two numbers, or a version. */
const TWO_NUMBERS = /^[+-]?[\d.]+[.-][\d.]+$/;

/**
 * Reads JSON, and what is meant to be JSON, from `start` to the bracket that closes what is opened there. Goes on where
 * only one thing can be meant, and says what it was; gives up where it can't. One pass, and no recursion.
 */
export function parseTolerantly(text: string, start: number, options: ParseOptions): Parse {
  return new TolerantParser(text, start, options).parse();
}

class TolerantParser {
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;
  readonly #options: ParseOptions;
  readonly #notes: ParseNotes;
  readonly #brackets: OpenBrackets;
  readonly #texts: QuotedTexts;
  #at: number;
  #begun = false;
  #closedEarly = false;
  /** Index after the last text without quotes. */
  #bareEnd = -1;
  /** Whether a key may have swallowed what comes after it. Only where there are other slips: any text may be a key. */
  #hasLongKey = false;

  constructor(text: string, start: number, options: ParseOptions) {
    this.#text = text;
    this.#start = start;
    this.#at = start;
    this.#end = options.end;
    this.#options = options;
    this.#notes = new ParseNotes(options);
    this.#brackets = new OpenBrackets(text, this.#notes, options.maxDepth);
    this.#texts = new QuotedTexts(text, options.end, this.#notes);
  }

  parse(): Parse {
    let result: Reading | Unreadable;
    try {
      result = this.#read();
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
      result = { problem: error.problem, at: error.at, begun: this.#begun };
    }
    const { forks, siblingClosers } = this.#notes;
    return { result, forks, siblingClosers, closedEarly: this.#closedEarly };
  }

  #read(): Reading {
    const root =
      this.#options.withoutOpener === true ? this.#beginWithout("{") : this.#begin(this.#text[this.#at] as Opener);
    for (let frame = this.#brackets.innermost; frame !== undefined; frame = this.#brackets.innermost) {
      this.#skipTrivia(frame);
      if (this.#at >= this.#end || this.#text.startsWith(FENCE, this.#at)) {
        this.#finish(frame);
        break;
      }
      this.#step(frame);
    }
    if (!root.open) this.#readPastEnd(root);
    const { changes } = this.#notes;
    if (this.#hasLongKey && changes.length > 0) this.#notes.doubtThat("a key that may hold more than the key");
    const { edits, doubt, doubtWithoutSchema } = this.#notes;
    return { root, start: this.#start, end: this.#at, changes, edits, doubt, doubtWithoutSchema };
  }

  #step(frame: Frame): void {
    const character = this.#text[this.#at] as string;
    if (character === "\\") throw new GaveUp(this.#at, "escaped");
    if (character === "}" || character === "]" || character === ")") this.#readCloser(character);
    else if (character === "," || (character === ";" && frame.state === "after")) this.#readComma(frame);
    else if (character === ":" && frame.state === "after") this.#closeBeforeKey(frame);
    else {
      if (frame.state === "after") this.#missComma(frame);
      if (this.#skipEllipsis(frame)) return;
      if (frame.node.kind === "list" || frame.state === "value") this.#readValue(frame);
      else if (frame.state === "colon") this.#readColon(frame);
      else this.#readKey(frame);
    }
  }

  #readComma(frame: Frame): void {
    if (frame.state === "after") {
      this.#notes.rememberCloser(this.#brackets.lastCloser);
      if (this.#text[this.#at] === ";") this.#notes.change("missing-comma", this.#at, 1);
      frame.state = "next";
      this.#begun = true;
    } else if (frame.node.kind === "record" && frame.state === "value") {
      this.#brackets.dropKey(frame);
      frame.state = "next";
    } else if (frame.state === "colon") {
      throw new GaveUp(this.#at);
    } else {
      this.#notes.change("doubled-comma", this.#at, 1);
    }
    this.#at++;
  }

  /** What was taken for the last item of an array is the next key of the object around it. */
  #closeBeforeKey({ node }: Frame): void {
    const outer = this.#brackets.around;
    const key = node.kind === "list" ? node.items.at(-1) : undefined;
    if (node.kind !== "list" || key?.kind !== "text" || outer?.node.kind !== "record") throw new GaveUp(this.#at);
    node.items.pop();
    if (node.items.length === 0) this.#notes.doubtThat("an array that may be an object");
    this.#brackets.hasMismatch = true;
    this.#hasLongKey ||= HOLDS_MORE.test(key.text);
    this.#brackets.miss(key.at);
    outer.key = key.text;
    outer.keyAt = key.at;
    outer.state = "colon";
  }

  #missComma(frame: Frame): void {
    const isKey = closingQuotes(this.#text, this.#at) !== undefined || this.#isBareKey();
    if (frame.node.kind === "record" ? !isKey : !/["'“‘`[{\d.tfnTFN-]/.test(this.#text[this.#at] as string))
      throw new GaveUp(this.#at);
    this.#notes.rememberCloser(this.#brackets.lastCloser);
    this.#notes.change("missing-comma", this.#at, 2);
    const last = frame.node.kind === "list" ? frame.node.items.at(-1) : frame.node.members.at(-1)?.node;
    if (last?.kind === "text" && /,\s*$/.test(last.text))
      this.#notes.doubtThat("a comma that may have slipped into a text");
    frame.state = "next";
  }

  #readKey(frame: Frame): void {
    frame.keyAt = this.#at;
    if (closingQuotes(this.#text, this.#at) !== undefined) {
      const { text, cut, isMended } = this.#readText("key");
      if (isMended) throw new GaveUp(frame.keyAt);
      if (cut && /[{}[\],:]/.test(text)) this.#notes.doubtThat("a key without an end that may hold more than the key");
      this.#hasLongKey ||= HOLDS_MORE.test(text);
      frame.key = text;
    } else {
      const keyEnd = bareKeyEnd(this.#text, this.#at, this.#end);
      if (keyEnd < 0) throw new GaveUp(this.#at);
      const isQuoted = closingQuotes(this.#text, keyEnd) !== undefined;
      const next = skipSpace(this.#text, isQuoted ? keyEnd + 1 : keyEnd, this.#end);
      if (next < this.#end && this.#text[next] !== ":") throw new GaveUp(this.#at);
      frame.key = this.#text.slice(this.#at, keyEnd);
      this.#notes.change(isQuoted ? "missing-quote" : "bare-key", this.#at, 1);
      this.#at = isQuoted ? keyEnd + 1 : keyEnd;
    }
    frame.state = "colon";
  }

  #readColon(frame: Frame): void {
    const sign = /:|=>?/y;
    sign.lastIndex = this.#at;
    const [found = ""] = sign.exec(this.#text) ?? [];
    if (found.startsWith("=")) this.#notes.change("missing-colon", this.#at, 1);
    if (found !== "") this.#at += found.length;
    else if (/["'“{[\d-]|true|false|null/y.test(this.#text.slice(this.#at, this.#at + 5))) this.#missColon(frame.key);
    else throw new GaveUp(this.#at);
    frame.state = "value";
    this.#begun = true;
  }

  #missColon(key: string): void {
    this.#notes.change("missing-colon", this.#at, 2);
    if (key.includes(":") || this.#text[this.#at + 1] === ":")
      this.#notes.doubtThat("a colon that may have slipped into a text");
  }

  #readValue(frame: Frame): void {
    const character = this.#text[this.#at] as string;
    if (character === "{" || character === "[" || character === "(") this.#begin(character);
    else if (closingQuotes(this.#text, this.#at) === undefined) this.#readBareValue(frame);
    else {
      const at = this.#at;
      const { text, cut } = this.#readText(frame.node.kind === "list" ? "item" : "member");
      // A text that ends as soon as it begins says nothing.
      if (!cut || text !== "") this.#brackets.add({ kind: "text", text, cut, at });
    }
  }

  #readText(place: TextPlace): QuotedText {
    const tripled = place === "key" ? undefined : this.#texts.readTripled(this.#at);
    const inList = this.#brackets.isOpen("]");
    const read = tripled ?? this.#texts.read(this.#at, { place, inList, inRecord: this.#brackets.isOpen("}") });
    this.#at = read.next;
    return read;
  }

  #readBareValue(frame: Frame): void {
    const bare = readBareValue(this.#text, this.#at, this.#end, frame.node.kind === "list");
    if (bare === undefined) throw new GaveUp(this.#at);
    for (const kind of bare.changes) this.#notes.change(kind, this.#at, kind === "bare-text" ? 2 : 1);
    this.#at = bare.next;
    const lacksQuote = bare.changes.includes("missing-quote");
    if (lacksQuote && (frame.hasBare || this.#notes.changes.at(-1)?.kind === "comment"))
      this.#notes.doubtThat("a text whose first quote is missing, and which may have begun before");
    if (frame.node.kind === "list" && bare.node.kind === "text" && TWO_NUMBERS.test(bare.node.text))
      this.#notes.doubtWithoutSchemaThat("a text that may be two numbers");
    if (lacksQuote || bare.changes.includes("bare-text")) {
      frame.hasBare = true;
      this.#bareEnd = bare.next;
    }
    this.#brackets.add(bare.node);
  }

  #readCloser(closer: Closer): void {
    const at = this.#at++;
    if (at === this.#options.ignored) this.#brackets.ignore(at);
    else this.#brackets.close(closer, at);
  }

  #begin(opener: Opener): ListNode | RecordNode {
    if (opener === "(") this.#notes.change("tuple", this.#at, 0);
    return this.#brackets.push(opener, this.#at++);
  }

  #beginWithout(opener: Opener): ListNode | RecordNode {
    this.#notes.change("missing-opener", this.#at, 2);
    return this.#brackets.push(opener, this.#at);
  }

  /** The text has ended, or the code fence that it stands in, before all brackets were closed. */
  #finish(frame: Frame): void {
    const at = this.#at;
    this.#notes.change("truncated", at, 1);
    // Brackets were closed before it, so one of those that are missing may belong among them.
    if ("}])".includes(this.#text[skipSpaceBack(this.#text, at)] as string))
      this.#notes.change("missing-closer", at, 0);
    // Only the innermost can wait for a value: what it stands in has it for one.
    if (frame.state === "colon" || (frame.node.kind === "record" && frame.state === "value"))
      this.#notes.change("dropped", frame.keyAt, 1);
    const last = this.#notes.changes.findLast(({ kind }) => kind === "comment");
    if (last !== undefined && maySwallow(this.#text, last.at, this.#end))
      this.#notes.doubtThat("a comment that may have swallowed what comes after it");
    this.#notes.edits += this.#brackets.depth - 1;
  }

  /** Brackets too many are part of it. What looks like its further members is a doubt. */
  #readPastEnd(node: ListNode | RecordNode): void {
    const closer = this.#brackets.lastCloser;
    let at = skipSpace(this.#text, this.#at, this.#end);
    while (at < this.#end && "}])".includes(this.#text[at] as string)) {
      this.#brackets.drop(at);
      this.#closedEarly = true;
      this.#at = at + 1;
      at = skipSpace(this.#text, this.#at, this.#end);
    }
    if (/[\p{L}\p{N}":]/u.test(this.#text[at] ?? "") && (at === this.#at || /[":]/.test(this.#text[at] as string)))
      this.#notes.doubtThat("a value that may be part of something");
    if (this.#text[at] !== ",") return;
    at = skipSpace(this.#text, at + 1, this.#end);
    const goesOn =
      node.kind === "record"
        ? this.#brackets.hasMismatch || closingQuotes(this.#text, at) !== undefined || this.#isBareKey(at)
        : this.#brackets.hasMismatch || (/["\d{[-]/.test(this.#text[at] ?? "") && this.#text.lastIndexOf("]") > at);
    if (!goesOn) return;
    this.#closedEarly = true;
    this.#notes.siblingClosers.push(closer);
    this.#notes.doubtThat("a bracket that closes too early");
    this.#notes.edits += 2;
  }

  #isBareKey(at: number = this.#at): boolean {
    return bareKeyBegins(this.#text, at, this.#end);
  }

  #skipEllipsis(frame: Frame): boolean {
    const length = this.#text.startsWith("...", this.#at) ? 3 : this.#text[this.#at] === "…" ? 1 : 0;
    if (length === 0 || frame.state === "colon") return false;
    const next = skipSpace(this.#text, this.#at + length, this.#end);
    if (next < this.#end && !",]}".includes(this.#text[next] as string)) throw new GaveUp(this.#at);
    this.#notes.change("ellipsis", this.#at, 1);
    if (frame.node.kind === "record" && frame.state === "value") this.#brackets.dropKey(frame);
    this.#at = next;
    frame.state = "after";
    return true;
  }

  #skipTrivia({ state }: Frame): void {
    for (;;) {
      this.#at = skipSpace(this.#text, this.#at, this.#end);
      // A value may begin with it: a colour, a channel.
      if (this.#at >= this.#end || (this.#text[this.#at] === "#" && state === "value")) return;
      const end = commentEnd(this.#text, this.#at, this.#end);
      if (end === undefined) return;
      this.#notes.change("comment", this.#at, 0);
      const isAfterBare = this.#bareEnd >= 0 && /^[^\S\n]*,?[^\S\n]*$/.test(this.#text.slice(this.#bareEnd, this.#at));
      if (!isAfterBare) this.#bareEnd = -1;
      if (isAfterBare || hasOddQuotes(this.#text.slice(this.#at, end)))
        this.#notes.doubtThat("a comment that may be part of a text");
      this.#at = end;
    }
  }
}
