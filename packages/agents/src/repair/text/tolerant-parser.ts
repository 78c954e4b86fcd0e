import { readBareValue } from "./bare-value.ts";
import { bareKeyBegins, bareKeyEnd, closingQuotes, FENCE, skipSpace, skipSpaceBack } from "./characters.ts";
import { decodeText } from "./decode-text.ts";
import type { Reading, SyntaxChange } from "./reading.ts";
import type { ListNode, RecordNode, SourceNode } from "./source-node.ts";
import { findTextEnd, type TextPlace } from "./text-end.ts";

/** Why a stretch of text can't be read, and where that shows. */
export interface Unreadable {
  readonly problem: "not-json" | "too-deep" | "escaped" | "too-many-edits";
  readonly at: number;
  /** Whether it began like JSON: an object's key with its colon, or an array's item with its comma. */
  readonly begun: boolean;
}

/** A place where two readings are possible. */
export interface Fork {
  readonly kind: "missing-quote" | "closer";
  readonly at: number;
}

/** How one parse is to go. */
export interface ParseOptions {
  readonly end: number;
  /** Most brackets open at a time. */
  readonly maxDepth: number;
  /** Where the less likely reading is taken. Default: nowhere. */
  readonly turns?: (fork: Fork) => boolean;
  /** A closing bracket that is not to count. */
  readonly ignored?: number;
  /** More edits than these end the parse. Default: none do. */
  readonly maxEdits?: number;
  /** Whether the object's first bracket is missing. Default false. */
  readonly withoutOpener?: boolean;
}

/** What a parse came to, and what it might have come to. */
export interface Parse {
  readonly result: Reading | Unreadable;
  readonly forks: readonly Fork[];
  /** Closing brackets after which their parent went on. */
  readonly siblingClosers: readonly number[];
  /** Whether there were too many closing brackets, or the text went on as if there had been. */
  readonly closedEarly: boolean;
}

interface Frame {
  readonly node: ListNode | RecordNode;
  readonly closer: "}" | "]" | ")";
  state: "first" | "next" | "colon" | "value" | "after";
  key: string;
  keyAt: number;
  /** Whether there were values without quotes in it. */
  hasBare: boolean;
}

/** Most of each that are remembered. */
const MOST_FORKS = 64;
const MOST_CLOSERS = 12;

/** What is in a key that has swallowed what comes after it: line breaks, or a value and the next key. */
const HOLDS_MORE = /[\n\r]|:\s*[\d"'[{-]|:\s*(?:true|false|null)\b|[[{:,]\s*$/;

const TWO_NUMBERS = /^[+-]?[\d.]+[.-][\d.]+$/;

const CLOSERS = { "{": "}", "[": "]", "(": ")" } as const;

/**
 * Reads JSON, and what is meant to be JSON, from `start` to the bracket that closes what is opened there. Goes on where
 * only one thing can be meant, and says what it was; gives up where it can't. One pass, and no recursion.
 */
export function parseTolerantly(text: string, start: number, options: ParseOptions): Parse {
  return new TolerantParser(text, start, options).parse();
}

/** Thrown to leave the parse from wherever it is, and caught where it began. No error: nobody needs its stack. */
class GaveUp {
  readonly problem: Unreadable["problem"];
  readonly at: number;

  constructor(problem: Unreadable["problem"], at: number) {
    this.problem = problem;
    this.at = at;
  }
}

class TolerantParser {
  readonly #text: string;
  readonly #start: number;
  readonly #end: number;
  readonly #options: ParseOptions;
  readonly #stack: Frame[] = [];
  readonly #changes: SyntaxChange[] = [];
  readonly #forks: Fork[] = [];
  readonly #siblingClosers: number[] = [];
  #at: number;
  #root: ListNode | RecordNode | undefined;
  /** How many of each kind of bracket wait for being closed. */
  readonly #open = { "}": 0, "]": 0, ")": 0 };
  #edits = 0;
  #doubt: string | undefined;
  #doubtWithoutSchema: string | undefined;
  #begun = false;
  #lastCloser = -1;
  #closedEarly = false;
  #hasNestedLists = false;
  /** Whether there are escapes that JSON knows but hardly anybody means, and some that it does not know. */
  #hasPathEscapes = false;
  #hasUnknownEscapes = false;
  /** Index after the last text without quotes, if nothing has been read since that would end it for sure. */
  #bareEnd = -1;
  /** Whether a key may have swallowed what comes after it. Only where there are other slips: any text may be a key. */
  #hasLongKey = false;
  /** Whether a bracket was closed by one of another kind. */
  #hasMismatch = false;

  constructor(text: string, start: number, options: ParseOptions) {
    this.#text = text;
    this.#start = start;
    this.#at = start;
    this.#end = options.end;
    this.#options = options;
  }

  parse(): Parse {
    let result: Reading | Unreadable;
    try {
      result = this.#read();
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
      result = { problem: error.problem, at: error.at, begun: this.#begun };
    }
    return {
      result,
      forks: this.#forks,
      siblingClosers: this.#siblingClosers,
      closedEarly: this.#closedEarly,
    };
  }

  #read(): Reading {
    if (this.#options.withoutOpener === true) {
      this.#change("missing-opener", this.#at, 2);
      this.#push("{", this.#at);
    } else this.#begin(this.#text[this.#at] as "{" | "[");
    const root = this.#root as ListNode | RecordNode;
    while (this.#stack.length > 0) {
      this.#skipTrivia();
      if (this.#at >= this.#end || this.#text.startsWith(FENCE, this.#at)) {
        this.#finish();
        break;
      }
      this.#step(this.#stack[this.#stack.length - 1] as Frame);
    }
    if (!root.open) this.#readPastEnd();
    if (this.#hasLongKey && this.#changes.length > 0) this.#doubt ??= "a key that may hold more than the key";
    return {
      root,
      start: this.#start,
      end: this.#at,
      changes: this.#changes,
      edits: this.#edits,
      doubt: this.#doubt,
      doubtWithoutSchema: this.#doubtWithoutSchema,
    };
  }

  #step(frame: Frame): void {
    const character = this.#text[this.#at] as string;
    if (character === "\\") throw this.#giveUp(this.#at, "escaped");
    if (character === "}" || character === "]" || character === ")") this.#readCloser(frame, character);
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
      if (this.#lastCloser >= 0) this.#rememberCloser(this.#lastCloser);
      if (this.#text[this.#at] === ";") this.#change("missing-comma", this.#at, 1);
      frame.state = "next";
      this.#begun = true;
    } else if (frame.node.kind === "record" && frame.state === "value") {
      this.#dropKey(frame);
      frame.state = "next";
    } else if (frame.state === "colon") {
      throw this.#giveUp();
    } else {
      this.#change("doubled-comma", this.#at, 1);
    }
    this.#at++;
  }

  /** What was taken for the last item of an array is the next key of the object around it. */
  #closeBeforeKey({ node }: Frame): void {
    const outer = this.#stack[this.#stack.length - 2];
    const key = node.kind === "list" ? node.items.at(-1) : undefined;
    if (node.kind !== "list" || key?.kind !== "text" || outer?.node.kind !== "record") throw this.#giveUp();
    node.items.pop();
    if (node.items.length === 0) this.#doubt ??= "an array that may be an object";
    this.#hasMismatch = true;
    this.#hasLongKey ||= HOLDS_MORE.test(key.text);
    this.#missCloser(key.at);
    outer.key = key.text;
    outer.keyAt = key.at;
    outer.state = "colon";
  }

  #missComma(frame: Frame): void {
    const isKey = closingQuotes(this.#text, this.#at) !== undefined || this.#isBareKey();
    if (frame.node.kind === "record" ? !isKey : !/["'“‘`[{\d.tfnTFN-]/.test(this.#text[this.#at] as string))
      throw this.#giveUp();
    if (this.#lastCloser >= 0) this.#rememberCloser(this.#lastCloser);
    this.#change("missing-comma", this.#at, 2);
    const last = frame.node.kind === "list" ? frame.node.items.at(-1) : frame.node.members.at(-1)?.node;
    if (last?.kind === "text" && /,\s*$/.test(last.text)) this.#doubt ??= "a comma that may have slipped into a text";
    frame.state = "next";
  }

  #readKey(frame: Frame): void {
    this.#bareEnd = -1;
    frame.keyAt = this.#at;
    if (closingQuotes(this.#text, this.#at) !== undefined) {
      const { text, cut, innerQuotes, hasUnknownEscape } = this.#readText("key");
      if (innerQuotes > 0 || hasUnknownEscape) throw this.#giveUp(frame.keyAt);
      if (cut && /[{}[\],:]/.test(text)) this.#doubt ??= "a key without an end that may hold more than the key";
      this.#hasLongKey ||= HOLDS_MORE.test(text);
      frame.key = text;
    } else {
      const keyEnd = bareKeyEnd(this.#text, this.#at, this.#end);
      if (keyEnd < 0) throw this.#giveUp();
      const isQuoted = closingQuotes(this.#text, keyEnd) !== undefined;
      const next = skipSpace(this.#text, isQuoted ? keyEnd + 1 : keyEnd, this.#end);
      if (next < this.#end && this.#text[next] !== ":") throw this.#giveUp();
      frame.key = this.#text.slice(this.#at, keyEnd);
      this.#change(isQuoted ? "missing-quote" : "bare-key", this.#at, 1);
      this.#at = isQuoted ? keyEnd + 1 : keyEnd;
    }
    frame.state = "colon";
  }

  #readColon(frame: Frame): void {
    const sign = /:|=>?/y;
    sign.lastIndex = this.#at;
    const [found = ""] = sign.exec(this.#text) ?? [];
    if (found.startsWith("=")) this.#change("missing-colon", this.#at, 1);
    if (found !== "") this.#at += found.length;
    else if (/["'“{[\d-]|true|false|null/y.test(this.#text.slice(this.#at, this.#at + 5))) this.#missColon(frame.key);
    else throw this.#giveUp();
    frame.state = "value";
    this.#begun = true;
  }

  #missColon(key: string): void {
    this.#change("missing-colon", this.#at, 2);
    if (key.includes(":") || this.#text[this.#at + 1] === ":")
      this.#doubt ??= "a colon that may have slipped into a text";
  }

  #readValue(frame: Frame): void {
    const character = this.#text[this.#at] as string;
    if (character === "{" || character === "[" || character === "(") this.#begin(character);
    else if (closingQuotes(this.#text, this.#at) === undefined) this.#readBareValue(frame);
    else {
      const at = this.#at;
      const tripled = this.#readTripled(character);
      const place = frame.node.kind === "list" ? "item" : "member";
      const { text, cut } = tripled === undefined ? this.#readText(place) : { text: tripled, cut: false };
      // A text that ends as soon as it begins says nothing.
      if (!cut || text !== "") this.#add(frame, { kind: "text", text, cut, at });
    }
  }

  #readBareValue(frame: Frame): void {
    const bare = readBareValue(this.#text, this.#at, this.#end, frame.node.kind === "list");
    if (bare === undefined) throw this.#giveUp();
    for (const kind of bare.changes) this.#change(kind, this.#at, kind === "bare-text" ? 2 : 1);
    this.#at = bare.next;
    const lacksQuote = bare.changes.includes("missing-quote");
    if (lacksQuote && (frame.hasBare || this.#changes.at(-1)?.kind === "comment"))
      this.#doubt ??= "a text whose first quote is missing, and which may have begun before";
    if (frame.node.kind === "list" && bare.node.kind === "text" && TWO_NUMBERS.test(bare.node.text))
      this.#doubtWithoutSchema ??= "a text that may be two numbers";
    if (lacksQuote || bare.changes.includes("bare-text")) {
      frame.hasBare = true;
      this.#bareEnd = bare.next;
    }
    this.#add(frame, bare.node);
  }

  /** Between three quotes each, as Python has it, anything may stand but these. */
  #readTripled(quote: string): string | undefined {
    const at = this.#at;
    const tripled = quote.repeat(3);
    if (!this.#text.startsWith(tripled, at)) return undefined;
    const end = this.#text.indexOf(tripled, at + 3);
    const next = skipSpace(this.#text, end + 3, this.#end);
    if (end < 0 || next > this.#end || (next < this.#end && !",}])".includes(this.#text[next] as string)))
      return undefined;
    const { text, changes, doubt } = decodeText(this.#text.slice(at + 3, end), quote, false);
    this.#doubt ??= doubt;
    for (const kind of ["quotes", ...changes] as const) this.#change(kind, at, 0);
    this.#at = end + 3;
    return text;
  }

  #readText(place: TextPlace): { text: string; cut: boolean; innerQuotes: number; hasUnknownEscape: boolean } {
    const at = this.#at;
    const found = findTextEnd(this.#text, at, {
      place,
      end: this.#end,
      inList: this.#open["]"] > 0,
      inRecord: this.#open["}"] > 0,
      turns: (index) => this.#turns("missing-quote", index),
    });
    const quote = this.#text[at] as string;
    const isCut = found.cut;
    const raw = this.#text.slice(at + 1, found.contentEnd);
    const { text, changes, doubt } = decodeText(raw, quote, isCut);
    this.#hasPathEscapes ||= raw.includes("\\") && /(?:^|[^A-Za-z])[A-Za-z]:\\[bfnrt]|\\[bf]/.test(raw);
    const hasUnknownEscape = changes.includes("escape");
    this.#hasUnknownEscapes ||= hasUnknownEscape;
    if (this.#hasPathEscapes && this.#hasUnknownEscapes && !hasUnknownEscape)
      this.#doubt ??= "a text whose escapes may be part of a path";
    this.#doubt ??= found.doubt ?? doubt;
    if (quote !== '"') this.#change("quotes", at, 0);
    for (const kind of changes) this.#change(kind, at, 0);
    if (found.innerQuotes > 0) this.#change("inner-quote", at, found.innerQuotes);
    // What can't be trusted is no rival to what can.
    if (found.doubt !== undefined) this.#edits += 3;
    if (isCut && place !== "key" && text !== "") this.#change("cut-text", at, 0);
    else if (found.missingQuote && !isCut) this.#change("missing-quote", found.contentEnd, 3);
    this.#at = found.next;
    return { text, cut: isCut, innerQuotes: found.innerQuotes, hasUnknownEscape };
  }

  #readCloser(frame: Frame, character: "}" | "]" | ")"): void {
    const at = this.#at++;
    if (at === this.#options.ignored) this.#ignoreCloser(at);
    else if (frame.closer === character) this.#close(at);
    else this.#readWrongCloser(frame, character, at);
  }

  /** It closes too early, unless what comes after it is a further item whose first bracket is missing. */
  #ignoreCloser(at: number): void {
    this.#dropCloser(at);
    if (this.#stack[this.#stack.length - 1]?.state !== "after")
      this.#doubt ??= "a closing bracket where a value should be";
    if (this.#stack[this.#stack.length - 2]?.node.kind === "list")
      this.#doubt ??= "an item that may lack its first bracket";
  }

  /** Inner brackets were not closed; or this one is of the wrong kind; or, if it closes nothing, it is one too many. */
  #readWrongCloser(frame: Frame, character: "}" | "]" | ")", at: number): void {
    if (frame.state !== "after") this.#doubt ??= "a closing bracket of the wrong kind where a value should be";
    this.#rememberCloser(at);
    this.#hasMismatch = true;
    const isInside = this.#open[character] > 0;
    const turned = this.#turns("closer", at);
    if (isInside && !turned) {
      while (this.#stack[this.#stack.length - 1]?.closer !== character) {
        this.#missCloser(at);
      }
      this.#close(at);
    } else if (isInside || !turned) {
      this.#change("wrong-closer", at, 1);
      this.#close(at);
    } else this.#dropCloser(at);
  }

  /** The innermost was not closed, unless its first bracket is one too many. */
  #missCloser(at: number): void {
    const { node } = this.#stack[this.#stack.length - 1] as Frame;
    if (node.kind === "list" && node.items.length === 1 && node.items[0]?.kind === "list")
      this.#doubt ??= "an array that may have a first bracket too many";
    const parent = this.#stack[this.#stack.length - 2];
    const isNested = parent?.node.kind === "list" || (node.kind === "list" && node.items.at(-1)?.kind === "list");
    if (node.kind === "list" && (node.items.length === 1 || isNested))
      this.#doubtWithoutSchema ??= "an array whose first bracket may be one too many";
    this.#change("missing-closer", at, 1);
    this.#close(-1);
  }

  /** One too many, unless it is an array whose first bracket is missing. That shows only in an object. */
  #dropCloser(at: number): void {
    this.#change("extra-closer", at, 1);
    if (this.#text[at] === "]")
      this.#doubtWithoutSchema ??= "a value that may be in an array whose first bracket is missing";
    const isAfterList = this.#text[skipSpaceBack(this.#text, at)] === "]";
    if (this.#text[at] === "]" && (isAfterList || this.#hasNestedLists))
      this.#doubt ??= "an array that may lack its first bracket";
  }

  /** Closes the innermost bracket: by the one at `at`, or because it must be closed where an outer one is. */
  #close(at: number): void {
    const frame = this.#stack.pop() as Frame;
    if (frame.state === "colon") throw this.#giveUp(frame.keyAt);
    if (frame.state === "value") this.#dropKey(frame);
    if (frame.state === "next") this.#change("extra-comma", at < 0 ? this.#at : at, 0);
    if (frame.closer === ")" && frame.node.kind === "list" && frame.node.items.length === 1 && frame.state === "after")
      this.#doubt ??= "one value in parentheses, which is a tuple or is not";
    if (frame.hasBare && frame.node.kind === "list" && frame.node.items.some((item) => this.#isNotBare(item)))
      this.#doubt ??= "words without quotes between items of another kind";
    frame.node.open = false;
    this.#bareEnd = -1;
    this.#open[frame.closer]--;
    this.#lastCloser = at;
  }

  #isNotBare(item: SourceNode): boolean {
    return item.kind !== "text" || closingQuotes(this.#text, item.at) !== undefined;
  }

  #begin(character: "{" | "[" | "("): void {
    if (character === "(") this.#change("tuple", this.#at, 0);
    this.#push(character, this.#at++);
  }

  #push(character: "{" | "[" | "(", at: number): void {
    if (this.#stack.length >= this.#options.maxDepth) throw this.#giveUp(at, "too-deep");
    const node: ListNode | RecordNode =
      character === "{" ? { kind: "record", members: [], open: true, at } : { kind: "list", items: [], open: true, at };
    const parent = this.#stack[this.#stack.length - 1];
    if (parent === undefined) this.#root = node;
    else this.#add(parent, node);
    if (parent?.node.kind === "list" && node.kind === "list") this.#hasNestedLists = true;
    const closer = CLOSERS[character];
    this.#open[closer]++;
    this.#stack.push({ node, closer, state: "first", key: "", keyAt: -1, hasBare: false });
  }

  #add({ node: parent, key, keyAt }: Frame, node: SourceNode): void {
    if (parent.kind === "list") parent.items.push(node);
    else parent.members.push({ key, node, at: keyAt });
    (this.#stack[this.#stack.length - 1] as Frame).state = "after";
    this.#lastCloser = -1;
  }

  #dropKey(frame: Frame): void {
    this.#change("missing-value", frame.keyAt, 2);
  }

  /** The text has ended, or the code fence that it stands in, before all brackets were closed. */
  #finish(): void {
    const at = this.#at;
    this.#change("truncated", at, 1);
    // Brackets were closed before it, so one of those that are missing may belong among them.
    if ("}])".includes(this.#text[skipSpaceBack(this.#text, at)] as string)) this.#change("missing-closer", at, 0);
    // Only the innermost can wait for a value: what it stands in has it for one.
    const frame = this.#stack[this.#stack.length - 1] as Frame;
    if (frame.state === "colon" || (frame.node.kind === "record" && frame.state === "value"))
      this.#change("dropped", frame.keyAt, 1);
    const last = this.#changes.findLast(({ kind }) => kind === "comment");
    if (last !== undefined && /[}\]]/.test(lineFrom(this.#text, last.at)) && lineEnd(this.#text, last.at) >= this.#end)
      this.#doubt ??= "a comment that may have swallowed what comes after it";
    this.#edits += this.#stack.length - 1;
  }

  /** Brackets too many are part of it. What looks like its further members is a doubt. */
  #readPastEnd(): void {
    const node = this.#root as ListNode | RecordNode;
    const closer = this.#lastCloser;
    let at = skipSpace(this.#text, this.#at, this.#end);
    while (at < this.#end && "}])".includes(this.#text[at] as string)) {
      this.#dropCloser(at);
      this.#closedEarly = true;
      this.#at = at + 1;
      at = skipSpace(this.#text, this.#at, this.#end);
    }
    if (/[\p{L}\p{N}":]/u.test(this.#text[at] ?? "") && (at === this.#at || /[":]/.test(this.#text[at] as string)))
      this.#doubt ??= "a value that may be part of something";
    if (this.#text[at] !== ",") return;
    at = skipSpace(this.#text, at + 1, this.#end);
    const goesOn =
      node.kind === "record"
        ? this.#hasMismatch || closingQuotes(this.#text, at) !== undefined || this.#isBareKey(at)
        : this.#hasMismatch || (/["\d{[-]/.test(this.#text[at] ?? "") && this.#text.lastIndexOf("]") > at);
    if (!goesOn) return;
    this.#closedEarly = true;
    this.#siblingClosers.push(closer);
    this.#doubt ??= "a bracket that closes too early";
    this.#edits += 2;
  }

  #isBareKey(at: number = this.#at): boolean {
    return bareKeyBegins(this.#text, at, this.#end);
  }

  #skipEllipsis(frame: Frame): boolean {
    const length = this.#text.startsWith("...", this.#at) ? 3 : this.#text[this.#at] === "…" ? 1 : 0;
    if (length === 0 || frame.state === "colon") return false;
    const next = skipSpace(this.#text, this.#at + length, this.#end);
    if (next < this.#end && !",]}".includes(this.#text[next] as string)) throw this.#giveUp();
    this.#change("ellipsis", this.#at, 1);
    if (frame.node.kind === "record" && frame.state === "value") this.#dropKey(frame);
    this.#at = next;
    frame.state = "after";
    return true;
  }

  #skipTrivia(): void {
    for (;;) {
      this.#at = skipSpace(this.#text, this.#at, this.#end);
      const character = this.#text[this.#at];
      if (this.#at >= this.#end || (character !== "/" && character !== "#")) return;
      const second = this.#text[this.#at + 1];
      if (character === "/" && second !== "/" && second !== "*") return;
      // A value may begin with it: a colour, a channel.
      if (character === "#" && this.#stack[this.#stack.length - 1]?.state === "value") return;
      this.#change("comment", this.#at, 0);
      const close = second === "*" && character === "/" ? "*/" : "\n";
      const found = this.#text.indexOf(close, this.#at + 1);
      const end = found < 0 ? this.#end : Math.min(found + close.length, this.#end);
      const isAfterBare = this.#bareEnd >= 0 && !this.#text.slice(this.#bareEnd, this.#at).includes("\n");
      if (isAfterBare || hasOddQuotes(this.#text.slice(this.#at, end)))
        this.#doubt ??= "a comment that may be part of a text";
      this.#at = end;
    }
  }

  #turns(kind: Fork["kind"], at: number): boolean {
    if (this.#forks.length < MOST_FORKS) this.#forks.push({ kind, at });
    return this.#options.turns?.({ kind, at }) === true;
  }

  #rememberCloser(at: number): void {
    if (this.#siblingClosers.length === MOST_CLOSERS) this.#siblingClosers.splice(MOST_CLOSERS / 2, 1);
    this.#siblingClosers.push(at);
  }

  #change(kind: SyntaxChange["kind"], at: number, edits: number): void {
    this.#changes.push({ kind, at });
    this.#edits += edits;
    if (this.#edits > (this.#options.maxEdits ?? Infinity)) throw this.#giveUp(at, "too-many-edits");
  }

  #giveUp(at: number = this.#at, problem: Unreadable["problem"] = "not-json"): GaveUp {
    return new GaveUp(problem, at);
  }
}

function hasOddQuotes(text: string): boolean {
  return text.split(/["“”]/).length % 2 === 0;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

function lineFrom(text: string, at: number): string {
  return text.slice(at, lineEnd(text, at));
}
