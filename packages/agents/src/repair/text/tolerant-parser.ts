import { readBareValue } from "./bare-value.ts";
import { bareKeyBegins, closingQuotes, FENCE, skipSpaceBack } from "./characters.ts";
import { maySwallow } from "./comments.ts";
import { Cursor } from "./cursor.ts";
import { MemberKeys } from "./member-keys.ts";
import { type Closer, type Frame, OpenBrackets, type Opener } from "./open-brackets.ts";
import type { Parse, ParseOptions, Unreadable } from "./parse.ts";
import { GaveUp, ParseNotes } from "./parse-notes.ts";
import { readPastEnd } from "./past-end.ts";
import { type QuotedText, QuotedTexts } from "./quoted-texts.ts";
import type { Reading } from "./reading.ts";
import type { TextPlace } from "./text-end.ts";
import { Trivia } from "./trivia.ts";

/** Two numbers, or a version. */
const TWO_NUMBERS = /^[+-]?[\d.]+[.-][\d.]+$/;

/** Signs that only mark up: a whole value that was made fit for HTML. */
const ENTITY = /&(?:quot|#34|#x22);/y;

/**
 * Reads JSON, and what is meant to be JSON, from `start` to the bracket that closes what is opened there. Goes on where
 * only one thing can be meant, and says what it was; gives up where it can't. One pass, and no recursion.
 */
export function parseTolerantly(text: string, start: number, options: ParseOptions): Parse {
  return new TolerantParser(text, start, options).parse();
}

class TolerantParser {
  readonly #start: number;
  readonly #options: ParseOptions;
  readonly #cursor: Cursor;
  readonly #notes: ParseNotes;
  readonly #brackets: OpenBrackets;
  readonly #texts: QuotedTexts;
  readonly #keys: MemberKeys;
  readonly #trivia: Trivia;
  #begun = false;
  #closedEarly = false;

  constructor(text: string, start: number, options: ParseOptions) {
    this.#start = start;
    this.#options = options;
    this.#cursor = new Cursor(text, start, options.end);
    this.#notes = new ParseNotes(options);
    this.#brackets = new OpenBrackets(text, this.#notes, options.maxDepth);
    this.#texts = new QuotedTexts(text, options.end, this.#notes);
    this.#keys = new MemberKeys(this.#cursor, this.#notes, () => this.#readText("key"));
    this.#trivia = new Trivia(this.#cursor, this.#notes);
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
    const { text } = this.#cursor;
    const root =
      this.#options.withoutOpener === true ? this.#beginWithout("{") : this.#begin(text[this.#start] as Opener);
    for (let frame = this.#brackets.innermost; frame !== undefined; frame = this.#brackets.innermost) {
      this.#trivia.skip(frame);
      if (this.#cursor.isAtEnd || this.#cursor.begins(FENCE)) {
        this.#finish(frame);
        break;
      }
      this.#step(frame);
    }
    if (!root.open && readPastEnd(this.#cursor, this.#brackets, this.#notes, root)) this.#closedEarly = true;
    const { changes } = this.#notes;
    if (this.#keys.hasLong && changes.length > 0) this.#notes.doubtThat("a key that may hold more than the key");
    const { edits, doubt, doubtWithoutSchema } = this.#notes;
    return { root, start: this.#start, end: this.#cursor.at, changes, edits, doubt, doubtWithoutSchema };
  }

  #step(frame: Frame): void {
    const character = this.#cursor.next as string;
    if (character === "\\" || (character === "&" && this.#isEntity())) throw new GaveUp(this.#cursor.at, "escaped");
    if (character === "}" || character === "]" || character === ")") this.#readCloser(character);
    else if (character === "," || character === "，" || (character === ";" && frame.state === "after"))
      this.#readComma(frame);
    else if (character === ":" && frame.state === "after") this.#closeBeforeKey(frame);
    else if (character === "{" && isDoubled(frame)) this.#double(frame);
    else {
      if (frame.state === "after") this.#missComma(frame);
      if (this.#skipEllipsis(frame)) return;
      if (frame.node.kind === "list" || frame.state === "value") this.#readValue(frame);
      else if (frame.state === "colon") this.#readColon(frame);
      else this.#keys.read(frame);
    }
  }

  #isEntity(): boolean {
    ENTITY.lastIndex = this.#cursor.at;
    return ENTITY.test(this.#cursor.text);
  }

  #readComma(frame: Frame): void {
    const { at, next } = this.#cursor;
    if (frame.state === "after") {
      this.#notes.rememberCloser(this.#brackets.lastCloser);
      if (next !== ",") this.#notes.change("missing-comma", at, 1);
      frame.state = "next";
      this.#begun = true;
    } else if (frame.node.kind === "record" && frame.state === "value") {
      this.#brackets.dropKey(frame);
      frame.state = "next";
    } else if (frame.state === "colon") {
      throw new GaveUp(at);
    } else {
      this.#notes.change(frame.node.kind === "list" ? "missing-item" : "doubled-comma", at, 1);
    }
    this.#cursor.at++;
  }

  /** What was taken for the last item of an array is the next key of the object around it. */
  #closeBeforeKey({ node }: Frame): void {
    const outer = this.#brackets.around;
    const key = node.kind === "list" ? node.items.at(-1) : undefined;
    if (node.kind !== "list" || key?.kind !== "text" || outer?.node.kind !== "record")
      throw new GaveUp(this.#cursor.at);
    node.items.pop();
    if (node.items.length === 0) this.#notes.doubtThat("an array that may be an object");
    this.#brackets.hasMismatch = true;
    this.#brackets.miss(key.at);
    this.#keys.take(outer, key.text, key.at);
    outer.state = "colon";
  }

  /** `{{"a": 1}}`, as a template has it that is to leave brackets alone. */
  #double(frame: Frame): void {
    this.#notes.change("doubled-bracket", this.#cursor.at, 1);
    frame.isDoubled = true;
    this.#cursor.at++;
  }

  #missComma(frame: Frame): void {
    const { text, at, end } = this.#cursor;
    const isKey = closingQuotes(text, at) !== undefined || bareKeyBegins(text, at, end);
    if (frame.node.kind === "record" ? !isKey : !/["'“‘`[{\d.tfnTFN-]/.test(text[at] as string)) throw new GaveUp(at);
    this.#notes.rememberCloser(this.#brackets.lastCloser);
    this.#notes.change("missing-comma", at, 2);
    const last = frame.node.kind === "list" ? frame.node.items.at(-1) : frame.node.members.at(-1)?.node;
    if (last?.kind === "text" && /,\s*$/.test(last.text))
      this.#notes.doubtThat("a comma that may have slipped into a text");
    frame.state = "next";
  }

  #readColon(frame: Frame): void {
    this.#keys.readColon(frame);
    frame.state = "value";
    this.#begun = true;
  }

  #readValue(frame: Frame): void {
    const { text: source, at } = this.#cursor;
    const character = source[at] as string;
    if (character === "{" || character === "[" || character === "(") this.#begin(character);
    else if (closingQuotes(source, at) === undefined) this.#readBareValue(frame);
    else {
      const { text, cut } = this.#readText(frame.node.kind === "list" ? "item" : "member");
      // A text that ends as soon as it begins says nothing.
      if (!cut || text !== "") this.#brackets.add({ kind: "text", text, cut, at });
    }
  }

  #readText(place: TextPlace): QuotedText {
    const { at } = this.#cursor;
    const tripled = place === "key" ? undefined : this.#texts.readTripled(at);
    const inList = this.#brackets.isOpen("]");
    const read = tripled ?? this.#texts.read(at, { place, inList, inRecord: this.#brackets.isOpen("}") });
    this.#cursor.at = read.next;
    return read;
  }

  #readBareValue(frame: Frame): void {
    const { text, at, end } = this.#cursor;
    const bare = readBareValue(text, at, end, frame.node.kind === "list");
    if (bare === undefined) throw new GaveUp(at);
    for (const kind of bare.changes) this.#notes.change(kind, at, kind === "bare-text" ? 2 : 1);
    this.#cursor.at = bare.next;
    const lacksQuote = bare.changes.includes("missing-quote");
    if (lacksQuote && (frame.hasBare || this.#notes.changes.at(-1)?.kind === "comment"))
      this.#notes.doubtThat("a text whose first quote is missing, and which may have begun before");
    if (frame.node.kind === "list" && bare.node.kind === "text" && TWO_NUMBERS.test(bare.node.text))
      this.#notes.doubtWithoutSchemaThat("a text that may be two numbers");
    if (bare.node.kind === "number" && bare.node.raw.includes(","))
      this.#notes.doubtWithoutSchemaThat("a number that may be several");
    if (lacksQuote || bare.changes.includes("bare-text")) {
      frame.hasBare = true;
      this.#trivia.rememberBare(bare.next);
    }
    this.#brackets.add(bare.node);
  }

  #readCloser(closer: Closer): void {
    const at = this.#cursor.at++;
    if (at === this.#options.ignored) this.#brackets.ignore(at);
    else if (this.#brackets.innermost?.isDoubled === true) this.#closeDoubled(closer, at);
    else this.#brackets.close(closer, at);
  }

  #closeDoubled(closer: Closer, at: number): void {
    const second = this.#cursor.afterSpace();
    if (closer !== "}" || this.#cursor.text[second] !== "}" || second >= this.#cursor.end) throw new GaveUp(at);
    this.#cursor.at = second + 1;
    this.#brackets.close(closer, second);
  }

  #begin(opener: Opener): Frame["node"] {
    if (opener === "(") this.#notes.change("tuple", this.#cursor.at, 0);
    return this.#brackets.push(opener, this.#cursor.at++);
  }

  #beginWithout(opener: Opener): Frame["node"] {
    this.#notes.change("missing-opener", this.#cursor.at, 2);
    return this.#brackets.push(opener, this.#cursor.at);
  }

  /** The text has ended, or the code fence that it stands in, before all brackets were closed. */
  #finish(frame: Frame): void {
    const { text, at, end } = this.#cursor;
    this.#notes.change("truncated", at, 1);
    // Brackets were closed before it, so one of those that are missing may belong among them.
    if ("}])".includes(text[skipSpaceBack(text, at)] as string)) this.#notes.change("missing-closer", at, 0);
    // Only the innermost can wait for a value: what it stands in has it for one.
    if (frame.state === "colon" || (frame.node.kind === "record" && frame.state === "value"))
      this.#notes.change("dropped", frame.keyAt, 1);
    const last = this.#notes.changes.findLast(({ kind }) => kind === "comment");
    if (last !== undefined && maySwallow(text, last.at, end))
      this.#notes.doubtThat("a comment that may have swallowed what comes after it");
    this.#notes.edits += this.#brackets.depth - 1;
  }

  #skipEllipsis(frame: Frame): boolean {
    const { text, at, end } = this.#cursor;
    const length = this.#cursor.begins("...") ? 3 : text[at] === "…" ? 1 : 0;
    if (length === 0 || frame.state === "colon") return false;
    const next = this.#cursor.afterSpace(at + length);
    if (next < end && !",]}".includes(text[next] as string)) throw new GaveUp(at);
    this.#notes.change("ellipsis", at, 1);
    if (
      frame.node.kind === "list" &&
      text[next] === "," &&
      !"]})".includes(text[this.#cursor.afterSpace(next + 1)] ?? "]")
    )
      this.#notes.doubtThat("items that are left out between others");
    if (frame.node.kind === "record" && frame.state === "value") this.#brackets.dropKey(frame);
    this.#cursor.at = next;
    frame.state = "after";
    return true;
  }
}

/** Whether a bracket that opens an object in `frame` can only be that of `frame` once more. */
function isDoubled({ node, state, isDoubled: already }: Frame): boolean {
  return node.kind === "record" && state === "first" && !already;
}
