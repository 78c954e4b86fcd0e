import type { RepairKind } from "../repair-kinds.ts";
import { closingQuotes, FENCE, skipSpaceBack } from "./characters.ts";
import type { SourceNode, WordNode } from "./source-node.ts";

/** A value that stands there without quotes. */
export interface BareValue {
  readonly node: SourceNode;
  readonly next: number;
  readonly changes: readonly RepairKind[];
}

const WORDS: Readonly<Record<string, WordNode["value"]>> = {
  true: true,
  false: false,
  null: null,
  True: true,
  False: false,
  None: null,
  TRUE: true,
  FALSE: false,
  NULL: null,
  undefined: "undefined",
  NaN: "not-finite",
  nan: "not-finite",
  Infinity: "not-finite",
  "-Infinity": "not-finite",
  "+Infinity": "not-finite",
  inf: "not-finite",
  "-inf": "not-finite",
};

/** What a cut word is completed to. `n` is `null`: hardly anybody writes `nan`. */
const COMPLETIONS = ["true", "false", "null", "True", "False", "None", "undefined", "Infinity", "-Infinity", "NaN"];

/** What may be a number in some language. Which of them are JSON's, or can be read at all, is asked later. */
const NUMERIC = /^[+-]?(?:0[xX][\da-fA-F]*|(?:\d[\d_]*)?\.?\d*(?:[eE][+-]?\d*)?)$/;

const RUN_END = /[,}\]{["\n\r“”`]|\s\/[/*]|\s#/g;

/** `10:30`, `2026-01-05T10:30Z`: colons that may stand in a value without quotes. Another one begins a value. */
const TIMES = /^(?:\d{4}-\d\d-\d\d[T ])?\d+(?::\d+)+.*$/;

/** `1,234,567`: commas that may stand in a number that is a member. Between items they are the array's. */
const GROUPED = /[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?(?=\s*(?:[}\n]|,\s*["'\n}]))/y;

const ADDRESS = /^[A-Za-z][\w+.-]*:\/\/[^\s()<>\\|]+$/;

/**
 * Reads the value without quotes that begins at `at`, or gives `undefined` where there is none that one could be sure of.
 *
 * @param end - where the text that may be read ends
 */
export function readBareValue(text: string, at: number, end: number, isList: boolean): BareValue | undefined {
  const word = matchAt(WORD, text, at, end);
  if (!isList && /^,\d/.test(text.slice(at + word.length, at + word.length + 2))) {
    const raw = matchAt(GROUPED, text, at, end);
    if (raw !== "") return { node: { kind: "number", raw, cut: false, at }, next: at + raw.length, changes: [] };
  }
  if (word !== "" && endsWord(text, at + word.length, end)) {
    const isCut = at + word.length === end;
    const value = isPlain(word) ? plain(word, at, isCut) : isCut ? completed(word, at) : undefined;
    if (value !== undefined) return value;
  }
  const runEnd = Math.min(endOfRun(text, at), end);
  const stop = skipSpaceBack(text, runEnd) + 1;
  const raw = text.slice(at, stop);
  if (!isBareText(raw) || text.startsWith(FENCE, runEnd)) return undefined;
  if (runEnd < end && closingQuotes(text, runEnd) !== undefined) {
    // Its opening quote is missing, if what comes then may follow a text.
    const follows = isList ? /^\s*(?:,\s*["']|\])/ : /^\s*(?:,\s*["'\w]|\})/;
    if (runEnd !== stop || /\d$/.test(raw) || !follows.test(text.slice(runEnd + 1, runEnd + 64))) return undefined;
    return { node: { kind: "text", text: raw, cut: false, at }, next: runEnd + 1, changes: ["missing-quote"] };
  }
  // After a bracket or a comment it can't be told where the text ends.
  if (runEnd < end && !/[,}\]\n\r]/.test(text[runEnd] as string)) return undefined;
  const cut = stop === end;
  // What begins like a number may be half a date: as useless as a cut number.
  if (cut && /^[\d+-]/.test(raw)) return { node: { kind: "number", raw, cut, at }, next: stop, changes: [] };
  const changes: RepairKind[] = cut ? ["bare-text", "cut-text"] : ["bare-text"];
  return { node: { kind: "text", text: raw, cut, at }, next: stop, changes };
}

/** Letters, digits and signs. Numbers and literals are found by them alone, however long the line is. */
const WORD = /[\w+.-]+/y;

function matchAt(pattern: RegExp, text: string, at: number, end: number): string {
  pattern.lastIndex = at;
  const found = pattern.exec(text)?.[0] ?? "";
  return found.slice(0, end - at);
}

function endsWord(text: string, at: number, end: number): boolean {
  return at >= end || /[\s,;}\])]/.test(text[at] as string) || /^\/[/*]/.test(text.slice(at, at + 2));
}

function endOfRun(text: string, at: number): number {
  RUN_END.lastIndex = at;
  return RUN_END.exec(text)?.index ?? text.length;
}

function isPlain(raw: string): boolean {
  return Object.hasOwn(WORDS, raw) || NUMERIC.test(raw);
}

function plain(raw: string, at: number, cut: boolean): BareValue {
  const next = at + raw.length;
  if (!Object.hasOwn(WORDS, raw)) return { node: { kind: "number", raw, cut, at }, next, changes: [] };
  const value = WORDS[raw] as WordNode["value"];
  const isJson = raw === "true" || raw === "false" || raw === "null";
  const changes: RepairKind[] = isJson || typeof value === "string" ? [] : ["literal"];
  return { node: { kind: "word", value, raw, cut: false, at }, next, changes };
}

function completed(raw: string, at: number): BareValue | undefined {
  const words = COMPLETIONS.filter((word) => word.startsWith(raw));
  const next = at + raw.length;
  if (words.length === 0) return undefined;
  // With several completions it is as useless as a cut number.
  if (words.length > 1) return { node: { kind: "number", raw, cut: true, at }, next, changes: [] };
  const value = WORDS[words[0] as string] as WordNode["value"];
  return { node: { kind: "word", value, raw, cut: true, at }, next, changes: ["cut-literal"] };
}

const LITERALS = ["true", "false", "null"];

/** `true`, `false` and `null` with a letter missing, doubled or swapped. */
const SLIPS = new Set(
  LITERALS.flatMap((word) =>
    [...word].flatMap((letter, index) => {
      const [before, after] = [word.slice(0, index), word.slice(index + 1)];
      return [before + after, before + letter + letter + after, before + after.slice(0, 1) + letter + after.slice(1)];
    }),
  ),
);

/** Whether it may have been a literal: but for a slip, or a letter or sign that has come into it, or as a part of one. */
function isNearLiteral(raw: string): boolean {
  const letters = raw.toLowerCase().replaceAll(/[^a-z]/g, "");
  if (/null|true|false/i.test(raw)) return true;
  if (letters.length < 2 || letters.length > 6 || raw.length - letters.length > 2) return false;
  return SLIPS.has(letters) || LITERALS.some((word) => word.includes(letters) || isOneLess(word, letters));
}

/** Whether `word` is what `letters` are without one of them. */
function isOneLess(word: string, letters: string): boolean {
  return (
    letters.length === word.length + 1 &&
    [...letters].some((_, index) => letters.slice(0, index) + letters.slice(index + 1) === word)
  );
}

/** Whether it is surely one text: no call, no key, nothing that was a tag or an operator. */
function isBareText(raw: string): boolean {
  if (/["'’`]$|^[+-]?\d[\d.]*['’`#]/.test(raw) || isNearLiteral(raw)) return false;
  if (ADDRESS.test(raw)) return true;
  if (!/^[\p{L}\p{N}_$#@%&/~*+-]/u.test(raw) || /[()<>=;\\|]/.test(raw)) return false;
  return !raw.includes(":") || TIMES.test(raw);
}
