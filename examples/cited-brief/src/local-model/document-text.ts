/** A sentence of a document, as plain text on one line. */
export interface Sentence {
  /** Without Markdown's emphasis, links and list markers. */
  readonly text: string;
  /** The heading it stands under; empty above the first. */
  readonly heading: string;
  /** A label that its paragraph begins with: `Motion 7.3`, `24 March 2024`, `9.1`. */
  readonly label: string | undefined;
  /** Which paragraph or list item of the document it belongs to, from 0. */
  readonly paragraph: number;
  /** Its place in that paragraph, from 0. */
  readonly place: number;
}

interface Block {
  readonly heading: string;
  readonly text: string;
}

/** Every sentence of a document in Markdown or plain text. Tables, code and what is written above the text are left out. */
export function sentencesOf(text: string): Sentence[] {
  return blocksOf(text).flatMap(({ heading, text: raw }, paragraph) => {
    const { label, body } = splitLabel(raw);
    return splitSentences(plain(body)).map((sentence, place) => ({ text: sentence, heading, label, paragraph, place }));
  });
}

/** What some programs write above a text, for themselves. */
const FRONT_MATTER = /^---\n[\s\S]*?\n---\n/;
const LIST_MARKER = /^\s*(?:[-*+•]|\d{1,2}[.)]|\([a-z]\)|\d{1,2}\.\d{1,2}(?=\s))\s+/;

/** Paragraphs and list items, each joined to one line, under the heading they stand below. */
function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let heading = "";
  let lines: string[] = [];
  let inList = false;
  const close = (): void => {
    if (lines.length > 0 && !lines[0]?.trimStart().startsWith("|")) blocks.push({ heading, text: lines.join(" ") });
    lines = [];
  };
  let fence: string | undefined;
  for (const rawLine of text.replace(FRONT_MATTER, "").split("\n")) {
    const line = rawLine.replace(/^\s*>\s?/, "");
    const mark = /^\s*(```|~~~)/.exec(line)?.[1];
    if (mark !== undefined && (fence === undefined || fence === mark)) {
      close();
      fence = fence === undefined ? mark : undefined;
      continue;
    }
    if (fence !== undefined) continue;
    const atStart = lines.length === 0;
    if (line.trim() === "") {
      close();
      inList = false;
    } else if (/^#{1,6}\s/.test(line)) {
      close();
      heading = plain(line.replace(/^#+\s+/, "").replace(/\s+#+$/, ""));
    } else if (atStart && isCapitalsHeading(line)) {
      heading = line.trim();
    } else if (LIST_MARKER.test(line) && (atStart || inList || /^\s*[-*+•]\s/.test(line))) {
      close();
      inList = true;
      lines.push(line.trim());
    } else {
      lines.push(line.trim());
    }
  }
  close();
  return blocks;
}

function isCapitalsHeading(line: string): boolean {
  return /\p{Lu}{3}/u.test(line) && !/\p{Ll}/u.test(line);
}

/** Parts a paragraph from what announces it: a run-in heading (`**Motion 7.3.** …`) or a number such as `9.1`. */
function splitLabel(raw: string): { label: string | undefined; body: string } {
  const number = /^(\d{1,2}\.\d{1,2})\s+/.exec(raw);
  if (number !== null) return { label: number[1], body: raw.slice(number[0].length) };
  const unmarked = raw.replace(LIST_MARKER, "");
  const bold = /^(?:\*\*|__)([^*_]{2,60}?)[.:](?:\*\*|__)\s+(?=\S)/.exec(unmarked);
  // In italics only a few words are a label; more are a sentence that the writer wished to stress.
  const italic = /^[*_]([^*_\s]+(?: [^*_\s]+){0,2})[.:][*_]\s+(?=\S)/.exec(unmarked);
  const runIn = bold ?? italic;
  return runIn === null
    ? { label: undefined, body: unmarked }
    : { label: plain(runIn[1] ?? ""), body: unmarked.slice(runIn[0].length) };
}

/** Markdown as plain text: no emphasis, no code marks, of links their text. White space becomes single spaces. */
export function plain(markdown: string): string {
  return markdown
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, "$2")
    .replace(/(?<![\p{L}\p{N}*])\*(?=\S)([^*]+?)(?<=\S)\*(?![\p{L}\p{N}*])/gu, "$1")
    .replace(/(?<![\p{L}\p{N}_])_(?=\S)([^_]+?)(?<=\S)_(?![\p{L}\p{N}_])/gu, "$1")
    .replace(/`([^`]+)`/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
}

const ABBREVIATION =
  /(?:^|[\s("“])(?:Dr|Mr|Mrs|Ms|Prof|Rev|St|Cllr|Cllrs|Fig|Figs|vs|cf|approx|c|ca|e\.g|i\.e|etc)\.$/i;
/** An abbreviation only before a number: "No. 4", but "She said no." */
const NUMBER_SIGN = /\bNos?\.$/i;
const INITIAL = /(?:^|[\s(])(?<before>\S+\s)?\p{Lu}\.$/u;
/** Words after which a single capital is a name (`Option B.`), so that its full stop ends a sentence. */
const NAMED_BY_LETTER =
  /^(?:Option|Plan|Section|Part|Appendix|Amendment|Annex|Class|Grade|Group|Phase|Scheme|Type|Table|Figure|Item)\s$/;

/** Splits a line of prose into sentences; decimals, initials and common abbreviations don't end one. */
export function splitSentences(line: string): string[] {
  const sentences: string[] = [];
  let start = 0;
  for (const end of line.matchAll(/[.!?]["”’')\]]*\s+(?=["“‘'(]?[\p{Lu}\p{N}£$€])/gu)) {
    const upToStop = line.slice(start, end.index + 1);
    if (
      ABBREVIATION.test(upToStop) ||
      (NUMBER_SIGN.test(upToStop) && /\d$/.test(line.slice(0, end.index + end[0].length + 1)))
    )
      continue;
    const initial = INITIAL.exec(upToStop);
    if (initial !== null && !NAMED_BY_LETTER.test(initial.groups?.["before"] ?? "")) continue;
    const stop = end.index + end[0].length;
    sentences.push(line.slice(start, stop).trim());
    start = stop;
  }
  const rest = line.slice(start).trim();
  return rest === "" ? sentences : [...sentences, rest];
}
