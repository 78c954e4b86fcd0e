import {
  bareKeyBegins,
  closingQuotes,
  FENCE,
  isLetterOrDigit,
  isSpace,
  skipSpace,
  skipSpaceBack,
} from "./characters.ts";

/** What a text is where it stands, which says what may follow it. */
export type TextPlace = "key" | "member" | "item" | "root";

/** Where a text stands. */
export interface TextSurroundings {
  readonly place: TextPlace;
  /** Index after the last character that may be looked at. */
  readonly end: number;
  /** Whether an array, or an object, is open somewhere around it. */
  readonly inList: boolean;
  readonly inRecord: boolean;
  /** Whether the quote at `at`, before which one seems to be missing, is to be taken for a part of the text this time. */
  readonly turns: (at: number) => boolean;
}

/** Where a text ends. */
export interface TextEnd {
  /** Index after its last character, its quote left out. */
  readonly contentEnd: number;
  /** Where to read on. */
  readonly next: number;
  /** Quotes in it that were not escaped. */
  readonly innerQuotes: number;
  /** Whether its closing quote is left out, or cut off with the rest. */
  readonly missingQuote: boolean;
  readonly cut: boolean;
  readonly doubt: string | undefined;
}

/**
 * Finds the quote that ends the text whose opening quote is at `at`. Only one after which the grammar can go on does;
 * the others belong to the text. Each stretch between two quotes is looked at a fixed number of times.
 */
export function findTextEnd(text: string, at: number, where: TextSurroundings): TextEnd {
  const closing = closingQuotes(text, at) as string;
  const { end, turns } = where;
  const quotes = quotesWithin(closing);
  let innerQuotes = 0;
  let lastInner = -1;
  let open = 0;
  let doubt: string | undefined;
  for (let index = nextOf(quotes, text, at + 1); index < end; index = nextOf(quotes, text, index + 1)) {
    const character = text[index] as string;
    if (character === "\\") {
      index++;
      continue;
    }
    const mayEnd = closing.includes(character) && mayFollow(text, index + 1, where);
    if (!mayEnd && beginsNext(text, at, index, where) && !turns(index)) {
      const contentEnd = endBefore(text, index);
      if (innerQuotes > 0 || !isWholeText(text.slice(at + 1, contentEnd)))
        doubt ??= "a text whose closing quote is missing, or is another one than it seems";
      return { contentEnd, next: contentEnd, innerQuotes, missingQuote: true, cut: false, doubt };
    }
    if (mayEnd && open === 0) {
      if (lastInner === index - 1 && text[at + 1] === character) doubt ??= "a text in doubled quotes";
      return { contentEnd: index, next: index + 1, innerQuotes, missingQuote: false, cut: false, doubt };
    }
    const before = open;
    open = nesting(text, index, open, character);
    if (!isPaired(text, index, open - before)) doubt ??= "quotes in a text that do not go together";
    if (text[skipSpace(text, index + 1, end)] === ":") doubt ??= "a text that may hold further keys";
    innerQuotes++;
    lastInner = index;
  }
  doubt ??= doubtOfUnended(text, at, end, innerQuotes);
  return { contentEnd: Math.max(end, at + 1), next: end, innerQuotes, missingQuote: true, cut: true, doubt };
}

/** Whether it can be a text that lacks nothing but its closing quote: no sign at its end or brackets in it may have replaced that. */
function isWholeText(content: string): boolean {
  if (!/^[^\s"{}[\]][^"{}[\]]*$/.test(content) || /[\s'’`,:;(]$/.test(content)) return false;
  // Then it is the opening quote that is one too many.
  if (/^(?:true|false|null|[+-]?[\d.]+)$/.test(content)) return false;
  return content.split("(").length === content.split(")").length;
}

const QUOTES = new Map<string, RegExp>();

/** What to look out for in a text that one of `closing` ends: those, backslashes, and quotes that open further ones. */
function quotesWithin(closing: string): RegExp {
  const known = QUOTES.get(closing);
  if (known !== undefined) return known;
  const opening = closing.includes("”") ? "“" : closing.includes("’") ? "‘" : "";
  const quotes = new RegExp(`[\\\\${closing}${opening}]`, "g");
  QUOTES.set(closing, quotes);
  return quotes;
}

function nextOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
}

function doubtOfUnended(text: string, at: number, end: number, innerQuotes: number): string | undefined {
  if (innerQuotes > 0) return "a text without an end that has quotes in it";
  if (text.slice(at, end).includes(FENCE)) return "a text without an end that has a code fence in it";
  const last = text[skipSpaceBack(text, end)] ?? "";
  return "}]".includes(last) ? "a text without an end whose last bracket may not be part of it" : undefined;
}

/** How many quotes are open within the text after the one at `index`. Apostrophes and inches open none. */
function nesting(text: string, index: number, open: number, character: string): number {
  const before = text[index - 1] ?? "";
  const after = text[index + 1] ?? "";
  const single = character === "'" || character === "’";
  if (single && isLetterOrDigit(before) && (open === 0 || isLetterOrDigit(after))) return open;
  if (single && open === 0 && /\d/.test(after)) return open;
  if (open === 0 && /\d/.test(before) && !isLetterOrDigit(after)) return open;
  if (open > 0 && !isSpace(before.charCodeAt(0))) return open - 1;
  return open + 1;
}

/** Whether an inner quote stands as one that opens, or closes, or is an apostrophe or an inch mark does. */
function isPaired(text: string, index: number, opened: number): boolean {
  const before = text[index - 1] ?? "";
  const after = text[index + 1] ?? "";
  if (opened > 0) return !isLetterOrDigit(before) && !/[\s,:;\]}"'’`]/.test(after);
  if (opened < 0) {
    // In English a comma stands before the quote that ends what somebody says.
    if (before === "," && !/^ \p{L}/u.test(text.slice(index + 1, index + 3))) return false;
    return !/[\s:;[{(]/.test(before) && !isLetterOrDigit(after) && !/[[{]/.test(after);
  }
  return isLetterOrDigit(after) || /^(?:[ .;!?)-]|, )[^\n]/.test(text.slice(index + 1, index + 4));
}

/** Whether what begins at `at` can follow a finished text. */
function mayFollow(text: string, at: number, { place, end, inList, inRecord }: TextSurroundings): boolean {
  const next = skipSpace(text, at, end);
  if (next >= end || text.startsWith(FENCE, next)) return true;
  if (place === "root") return false;
  const character = text[next] as string;
  // Without its colon, a key is followed by its value.
  if (place === "key")
    return (
      character === ":" ||
      character === "：" ||
      character === "=" ||
      /^(?:["'{[\d-]|true|false|null)/.test(text.slice(next, next + 5))
    );
  switch (character) {
    case "}":
      return inRecord;
    case "]":
      return inList;
    case ")":
      return place === "item";
    case ":":
      // The array was not closed, and this is the next key.
      return place === "item" && inRecord;
    case ";":
      return place === "member" && closingQuotes(text, skipSpace(text, next + 1, end)) !== undefined;
    case ",":
    case "，":
      return mayFollowComma(text, skipSpace(text, next + 1, end), end, place);
    case "/":
      return /[/*]/.test(text[next + 1] ?? "");
    case "#":
      return next > at;
    default:
      return next > at && followsWithoutComma(text, next, end, place);
  }
}

function mayFollowComma(text: string, at: number, end: number, place: TextPlace): boolean {
  if (at >= end || ",]}/#.…".includes(text[at] as string) || closingQuotes(text, at) !== undefined) return true;
  if (place === "member") return text[at] === "\\" || bareKeyBegins(text, at, end);
  if (/^(?:[[{(\d.+-]|(?:true|false|null|none)\b)/i.test(text.slice(at, at + 6))) return true;
  // One that the end cuts may be one of them.
  return (
    end - at < 5 && ["true", "false", "null", "none"].some((word) => word.startsWith(text.slice(at, end).toLowerCase()))
  );
}

function followsWithoutComma(text: string, at: number, end: number, place: TextPlace): boolean {
  if (closingQuotes(text, at) === undefined) return place === "member" && bareKeyBegins(text, at, end);
  const after = text[afterQuoted(text, at, end)] ?? "";
  if (place === "member") return after === ":";
  return after !== "" && `,]"'`.includes(after);
}

/** Index of the first character that is not white space after the text that the quote at `at` opens. */
function afterQuoted(text: string, at: number, end: number): number {
  const closing = closingQuotes(text, at) as string;
  for (let index = at + 1; index < end; index++) {
    const character = text[index] as string;
    if (character === "\\") index++;
    else if (closing.includes(character)) return skipSpace(text, index + 1, end);
  }
  return end;
}

/** Whether the quote at `index`, in the text that began at `at`, looks like the beginning of what comes after the text. */
function beginsNext(text: string, at: number, index: number, { place, end }: TextSurroundings): boolean {
  if ((place !== "member" && place !== "item") || closingQuotes(text, index) === undefined) return false;
  const before = skipSpaceBack(text, index);
  if (before <= at) return false;
  if (text[before] !== "," && !text.slice(before + 1, index).includes("\n")) return false;
  if (/[\s,:\]}]/.test(text[index + 1] ?? "")) return false;
  const after = text[afterQuoted(text, index, end)] ?? "";
  return place === "member" ? after === ":" : after !== "" && ",]".includes(after);
}

/** Where the text ends that is followed by the quote at `index`: before the comma, or at the line's end. */
function endBefore(text: string, index: number): number {
  const before = skipSpaceBack(text, index);
  return text[before] === "," ? before : before + 1;
}
