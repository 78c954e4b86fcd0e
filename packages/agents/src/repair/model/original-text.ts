import { isRounded } from "../fit/number-value.ts";
import { isLetterOrDigit } from "../text/characters.ts";

/** Whole numbers with commas, points, spaces or underscores between groups of three, decimals, exponents. */
const NUMBER = /\d+(?:[,_'’\u00a0\u202f ]\d{3}(?!\d))*(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+/g;

const PART_OF_NUMBER = /\d+(?:\.\d+)?/g;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** Values that have no text of their own: the last three are empty. */
export type Wordless = "true" | "false" | "null" | "array" | "object" | "text";

/** Words for the values that have no text of their own. */
const WORDS: Readonly<Record<Wordless, RegExp>> = {
  true: /\b(?:true|yes)\b/i,
  false: /\b(?:false|no)\b/i,
  null: /\b(?:null|none|nil|undefined|nan)\b|\bn\/a\b/i,
  array: /\[\s*\]|\(\s*\)|\b(?:none|null|nil|empty)\b/i,
  object: /\{\s*\}|\b(?:none|null|nil|empty)\b/i,
  text: /""|''|``|“”|‘’|\\"\\"/,
};

/** A text that a value is said to come from, and what can be found in it. */
export class OriginalText {
  readonly #text: string;
  /** Whether it may have been cut where it ends: then what stands there may be a part of something, and counts for nothing. */
  readonly #mayGoOn: boolean;
  #folded: readonly string[] | undefined;
  #numbers: ReadonlySet<number> | undefined;
  readonly #known = new Map<string, boolean>();

  constructor(text: string, mayGoOn: boolean) {
    this.#text = text;
    this.#mayGoOn = mayGoOn;
  }

  /** Whether a word, or an empty pair of quotes or brackets, stands there for a value that has no other text. */
  hasWordFor(value: Wordless): boolean {
    return WORDS[value].test(this.#text);
  }

  /** Whether `part` stands there as whole words, however it is escaped, spaced and capitalised. */
  hasText(part: string): boolean {
    const known = this.#known.get(part);
    if (known !== undefined) return known;
    this.#folded ??= foldings(this.#text);
    const wanted = fold(part);
    const found = wanted !== "" && this.#folded.some((text) => occursWhole(text, wanted, this.#mayGoOn));
    this.#known.set(part, found);
    return found;
  }

  /** Whether `number` is written there, with this sign, in whatever notation, and without a digit more or less. */
  hasNumber(number: number): boolean {
    this.#numbers ??= numbersIn(this.#text, this.#mayGoOn);
    return this.#numbers.has(number);
  }
}

/** The text as it is, and with one and two layers of escapes taken off. */
function foldings(text: string): readonly string[] {
  const once = withoutEscapes(text);
  const twice = withoutEscapes(once);
  return [...new Set([text, once, twice].map(fold))];
}

function withoutEscapes(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(/\\(?:u([\da-f]{4})|([\s\S]))/gi, (whole, hex: string | undefined, letter = "") => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (Object.hasOwn(ESCAPES, letter)) return ESCAPES[letter] as string;
    // What JSON does not know as an escape keeps its backslash: it is a path or a pattern.
    return /[\p{L}\p{N}]/u.test(letter) ? whole : letter;
  });
}

function fold(text: string): string {
  return text
    .normalize("NFC")
    .toLowerCase()
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(/[‘’`]/g, "'")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** Whether it occurs, and neither begins nor ends within a word or a number. */
function occursWhole(text: string, part: string, mayGoOn: boolean): boolean {
  const isOpen = isLetterOrDigit(part[0] as string);
  const isClosed = isLetterOrDigit(part[part.length - 1] as string);
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    if (mayGoOn && at + part.length === text.length) return false;
    const before = text[at - 1] ?? " ";
    const after = text[at + part.length] ?? " ";
    if (!(isOpen && isLetterOrDigit(before)) && !(isClosed && isLetterOrDigit(after))) return true;
  }
  return false;
}

function numbersIn(text: string, mayGoOn: boolean): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const { 0: raw, index } of text.matchAll(NUMBER)) {
    // A number that the end cuts may have more digits.
    if (mayGoOn && index + raw.length === text.length) continue;
    const isNegative = text[index - 1] === "-" && !isLetterOrDigit(text[index - 2] ?? " ");
    const keep = (token: string): void => {
      const value = Number(token);
      if (Number.isFinite(value) && !isRounded(token, value)) numbers.add(isNegative ? -value : value);
    };
    const whole = raw.replaceAll(/[,_'’\s]/g, "");
    keep(whole);
    // Commas may also stand between numbers.
    if (whole !== raw) for (const [part] of raw.matchAll(PART_OF_NUMBER)) keep(part);
  }
  return numbers;
}
