/** White space, and what is as invisible. */
const SPACE = /[\s\u200b-\u200d\u2060]/;

/** Index of the first character from `at` that is not white space, or `end`. */
export function skipSpace(text: string, at: number, end: number): number {
  let index = at;
  while (index < end) {
    const code = text.charCodeAt(index);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9 && (code < 160 || !isSpace(code))) break;
    index++;
  }
  return index;
}

/** Index of the last character before `at` that is not white space, or -1. */
export function skipSpaceBack(text: string, at: number): number {
  let index = at - 1;
  while (index >= 0 && isSpace(text.charCodeAt(index))) index--;
  return index;
}

export function isSpace(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  return SPACE.test(String.fromCharCode(code));
}

export function isLetterOrDigit(character: string): boolean {
  return /[\p{L}\p{N}]/u.test(character);
}

/** Which characters end a text, by the one that opens it. */
const CLOSING: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  "`": "`",
  "“": '”“"',
  "”": '”"',
  "„": '“”"',
  "‘": "’'",
  "’": "’'",
  "«": "»",
};

export const FENCE = "```";

/** The characters that may end a text which the character at `at` opens; `undefined` if that opens none. */
export function closingQuotes(text: string, at: number): string | undefined {
  const character = text[at] ?? "";
  if (character === "`" && text.startsWith(FENCE, at)) return undefined;
  return Object.hasOwn(CLOSING, character) ? CLOSING[character] : undefined;
}

/** A key without quotes. */
const BARE_KEY = /[\p{L}\p{N}_$][\p{L}\p{N}_$.-]{0,127}/uy;

/** Index after the bare key that begins at `at`, or -1. */
export function bareKeyEnd(text: string, at: number, end: number): number {
  BARE_KEY.lastIndex = at;
  const match = BARE_KEY.exec(text);
  return match === null ? -1 : Math.min(at + match[0].length, end);
}

/** Whether a key and its colon begin at `at` that has no quotes, or only the second. */
export function bareKeyBegins(text: string, at: number, end: number): boolean {
  const keyEnd = bareKeyEnd(text, at, end);
  if (keyEnd < 0) return false;
  return text[skipSpace(text, closingQuotes(text, keyEnd) === undefined ? keyEnd : keyEnd + 1, end)] === ":";
}
