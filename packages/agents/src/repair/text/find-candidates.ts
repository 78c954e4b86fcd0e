import { readBareValue } from "./bare-value.ts";
import { bareKeyBegins, closingQuotes, FENCE, skipSpace, skipSpaceBack } from "./characters.ts";
import type { Unreadable } from "./parse.ts";
import type { Reading, SyntaxChange } from "./reading.ts";
import { readingsAt } from "./readings.ts";
import type { SourceNode } from "./source-node.ts";
import { unescapeJson } from "./unescape-json.ts";

/** A stretch of text that may be the answer. */
export interface Candidate {
  readonly readings: readonly Reading[];
  readonly isFenced: boolean;
  /** Whether it stands where the model was still thinking. */
  readonly isThought: boolean;
  /** Whether only a comma stands between it and the value before it. */
  readonly isContinued: boolean;
  /** Whether the words before it say that it is not the answer: `not {…}`, `for example {…}`. */
  readonly isDenied: boolean;
}

/** What was found in a text. */
export interface Findings {
  /** In the order in which they stand there. */
  readonly candidates: readonly Candidate[];
  /** What began like JSON and can't be read, or goes too deep. */
  readonly broken: readonly Unreadable[];
}

/** Most values that are looked for in one text. */
const MOST_CANDIDATES = 64;

/** Words right before a value, with one more in between: "not this one: {…}", but also "that is not right: {…}". */
const DENYING =
  /(?:\b(?:not|never|avoid|example|instead of|rather than|unlike)|n['’]t|\be\.g\.)[^\p{L}\n]*(?:(?!right|correct|quite|good|valid|it\b)\p{L}+[^\p{L}\n]*)?$/iu;

const THOUGHT = /<(\/?)(?:think|thinking|thought|reasoning|scratchpad)>/gi;

/**
 * Finds the JSON in a text. Values are read as they come, so that brackets, fences and tags within one of their texts
 * are never taken for anything else.
 */
export function findCandidates(text: string, maxDepth: number): Findings {
  const finder = new Finder(text, maxDepth);
  const answer = endOfThoughts(text);
  if (finder.isTuple(answer)) return finder;
  const whole = wholeScalar(text);
  if (whole !== undefined) return { candidates: [whole], broken: [] };
  finder.search(0, answer, true);
  finder.search(answer, text.length, false);
  return finder;
}

/** Index after the thoughts with which a text begins. */
function endOfThoughts(text: string): number {
  const opening = /^\s*<(think|thinking|thought|reasoning|scratchpad)>/i.exec(text);
  if (opening === null) return 0;
  const closing = `</${opening[1]?.toLowerCase()}>`;
  const end = text.toLowerCase().indexOf(closing);
  return end < 0 ? text.length : end + closing.length;
}

/** A code fence: one with a language opens, another one closes what is open. */
const FENCE_LINE = /^[^\S\n]*```+(\w*)/gm;

class Finder implements Findings {
  readonly candidates: Candidate[] = [];
  readonly broken: Unreadable[] = [];
  readonly #text: string;
  readonly #maxDepth: number;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  search(from: number, end: number, isThought: boolean): void {
    const text = this.#text;
    const bracket = /[{[]/g;
    let isFenced = false;
    let isWithinTag = false;
    let unmatched = 0;
    const found = this.candidates.length;
    let at = from;
    if (this.#beginWithoutOpener(from, end, isThought)) return;
    for (;;) {
      bracket.lastIndex = at;
      const start = bracket.exec(text)?.index ?? end;
      const gap = text.slice(at, Math.min(start, end));
      for (const [, language] of gap.matchAll(FENCE_LINE)) isFenced = language !== "" || !isFenced;
      for (const [, closes] of gap.matchAll(THOUGHT)) {
        // A chat template may have opened the tag itself.
        if (closes !== "" && !isWithinTag) this.#allWereThoughts();
        if (closes !== "") unmatched = 0;
        isWithinTag = closes === "";
      }
      const closed = gap.match(/[}\]]/g)?.length ?? 0;
      // Nothing in front of it opened what is closed here, so the value may have been in that.
      if (closed > unmatched && this.candidates.length > found)
        this.broken.push({ problem: "not-json", at, begun: true });
      if (start >= end) return;
      at = start + 1;
      unmatched = Math.max(0, unmatched - closed);
      if (!mayBegin(text, start, end, isFenced)) {
        unmatched++;
        continue;
      }
      if (unmatched > 0 || isPart(gap) || this.candidates.length === MOST_CANDIDATES) {
        // What is in something that can't be read is a part, not the answer; and of very many none is.
        if (!isThought && !isWithinTag) this.broken.push({ problem: "not-json", at: start, begun: true });
        return;
      }
      const isContinued = this.candidates.length > found && /^\s*,\s*$/.test(gap);
      const isDenied = DENYING.test(text.slice(Math.max(from, start - 40), start));
      const marks = { isFenced, isThought: isThought || isWithinTag, isContinued, isDenied };
      const candidate = this.#readAt(start, end, marks);
      if (candidate === "broken") {
        // What is in it is a part, not the answer.
        const next = /\n[^\S\n]*```|<\/think/g;
        next.lastIndex = start;
        at = next.exec(text)?.index ?? end;
      } else if (candidate === undefined) unmatched++;
      else at = Math.max(candidate, at);
    }
  }

  #readAt(start: number, end: number, marks: Omit<Candidate, "readings">): number | "broken" | undefined {
    const { readings, failure } = readingsAt(this.#text, start, { end, maxDepth: this.#maxDepth });
    if (failure === undefined) {
      this.candidates.push({ readings, ...marks });
      return Math.max(...readings.map((reading) => reading.end));
    }
    if (failure.problem === "escaped") {
      const last = endOfLiteral(this.#text, start, end);
      const escaped = this.#readEscaped(start, last);
      if (escaped !== undefined) {
        this.candidates.push({ readings: [escaped], ...marks });
        return last;
      }
    }
    const isQuoted = closingQuotes(this.#text, skipSpace(this.#text, start + 1, end)) !== undefined;
    if (failure.problem !== "not-json" || failure.begun || isQuoted) {
      if (!marks.isThought) this.broken.push(failure);
      return "broken";
    }
    return undefined;
  }

  #readEscaped(start: number, end: number): Reading | undefined {
    // A quote that is not escaped is not part of what was escaped as a whole.
    if (/[^\\]"/.test(this.#text.slice(start, this.#text.lastIndexOf("}", end)))) return undefined;
    const plain = unescapeJson(this.#text.slice(start, end));
    const [reading, rival] = readingsAt(plain, 0, { end: plain.length, maxDepth: this.#maxDepth }).readings;
    if (reading === undefined || rival !== undefined || /[{[]/.test(plain.slice(reading.end))) return undefined;
    const changes: SyntaxChange[] = reading.changes.map(({ kind }) => ({ kind, at: start }));
    changes.push({ kind: "escaped-json", at: start });
    return { ...reading, changes, start, end, edits: reading.edits + 1 };
  }

  /** The text may begin with the first key: some prompts give the model the first bracket. */
  #beginWithoutOpener(from: number, end: number, isThought: boolean): boolean {
    const start = skipSpace(this.#text, from, end);
    if (!/^["'“][^"'”\n]{1,128}["'”]\s*:/.test(this.#text.slice(start, start + 160))) return false;
    const options = { end, maxDepth: this.#maxDepth, withoutOpener: true };
    const { readings } = readingsAt(this.#text, start, options);
    const sound = readings.filter(
      ({ doubt, end: last }) => doubt === undefined && skipSpace(this.#text, last, end) >= end,
    );
    if (sound.length === 0) return false;
    this.candidates.push({ readings: sound, isFenced: false, isThought, isContinued: false, isDenied: false });
    return true;
  }

  /** Whether all of it from `from` on is a tuple, in a fence or not. In prose, parentheses are no brackets. */
  isTuple(from: number): boolean {
    const end = this.#text.length;
    const opening = /\s*(```\w*\s*)?(?=\()/y;
    opening.lastIndex = from;
    const found = opening.exec(this.#text);
    if (found === null) return false;
    const isFenced = found[1] !== undefined;
    const { readings } = readingsAt(this.#text, opening.lastIndex, { end, maxDepth: this.#maxDepth });
    const sound = readings.filter(({ doubt, changes, end: last }) => {
      const rest = this.#text.slice(last, end).trim();
      const isTold = doubt !== undefined || changes.some(({ kind }) => kind === "bare-text");
      return !isTold && (rest === "" || (isFenced && rest === FENCE));
    });
    if (sound.length === 0) return false;
    this.candidates.push({ readings: sound, isFenced, isThought: false, isContinued: false, isDenied: false });
    return true;
  }

  #allWereThoughts(): void {
    for (const [index, candidate] of this.candidates.entries())
      this.candidates[index] = { ...candidate, isThought: true };
  }
}

/** Index of the quote that ends the text which began right before `start`, or `end` if none began there. */
function endOfLiteral(text: string, start: number, end: number): number {
  const literal = /"(?:[^"\\]|\\.)*"/sy;
  literal.lastIndex = start - 1;
  const found = start > 0 ? literal.exec(text) : null;
  return found === null ? end : Math.min(start - 2 + found[0].length, end);
}

/** Whether what comes after `gap` is a member or an item of something. */
function isPart(gap: string): boolean {
  return /(?:["”]\s*:|["”\]}]\s*,)\s*$/.test(gap);
}

/** Whether the bracket at `start` may begin a value: prose has brackets too. */
function mayBegin(text: string, start: number, end: number, isFenced: boolean): boolean {
  const next = skipSpace(text, start + 1, end);
  if (next >= end) return true;
  const character = text[next] as string;
  const standsOut = isFenced || introduces(text, start);
  if (text[start] === "{") {
    if (character === "}") return standsOut;
    if (character === "{" || character === "&") return text.startsWith("&quot;", next) || isDoubled(text, next, end);
    if (closingQuotes(text, next) !== undefined || "\\,/#.".includes(character)) return true;
    return bareKeyBegins(text, next, end);
  }
  if (closingQuotes(text, next) !== undefined || "{[".includes(character)) return true;
  return standsOut && (character === "]" || /[\p{L}\p{N}\\,/#.(+-]/u.test(character));
}

/** Whether the bracket at `at`, which stands right after another one, begins an object: `{{name}}` does not. */
function isDoubled(text: string, at: number, end: number): boolean {
  const next = skipSpace(text, at + 1, end);
  return text[at] === "{" && (closingQuotes(text, next) !== undefined || bareKeyBegins(text, next, end));
}

/** Whether what begins at `start` is set off from prose: by the line, a colon, or a word that announces it. */
function introduces(text: string, start: number): boolean {
  const last = skipSpaceBack(text, start);
  if (last < 0 || text.slice(last + 1, start).includes("\n")) return true;
  return /(?:[:=`>,]|\b(?:is|are|be|json))$/i.test(text.slice(Math.max(0, last - 8), last + 1));
}

/** A text that is nothing but a text in quotes, a number or a word, in a fence or not. */
function wholeScalar(text: string): Candidate | undefined {
  const body = /^\s*```\w*\s*\n([\s\S]*?)\n?\s*```\s*$/.exec(text)?.[1] ?? text;
  const isFenced = body !== text;
  const offset = isFenced ? text.indexOf(body, text.indexOf("\n")) : 0;
  const trimmed = body.trim();
  const start = offset + body.indexOf(trimmed);
  const end = start + trimmed.length;
  if (trimmed === "") return undefined;
  const root = scalarAt(trimmed, start);
  if (root === undefined) return undefined;
  const changes: SyntaxChange[] = root.kind === "text" && trimmed[0] !== '"' ? [{ kind: "bare-text", at: start }] : [];
  return {
    readings: [{ root, start, end, changes, edits: 0, doubt: undefined }],
    isFenced,
    isThought: false,
    isContinued: false,
    isDenied: false,
  };
}

function scalarAt(trimmed: string, at: number): SourceNode | undefined {
  if (trimmed.startsWith('"')) {
    try {
      return { kind: "text", text: JSON.parse(trimmed) as string, cut: false, at };
    } catch {
      // Then there is more than one text, or none: what else is in it is looked for.
      return undefined;
    }
  }
  if (/[{}[\]"“]/.test(trimmed) || trimmed.startsWith(FENCE)) return undefined;
  const bare = readBareValue(trimmed, 0, trimmed.length, false);
  if (bare === undefined || bare.next < trimmed.length || trimmed.includes("\n")) {
    return trimmed.length <= 200 ? { kind: "text", text: trimmed, cut: false, at } : undefined;
  }
  const { node } = bare;
  if (node.kind === "word" && node.cut) return undefined;
  return node.kind === "number" || node.kind === "text" ? { ...node, cut: false, at } : { ...node, at };
}
