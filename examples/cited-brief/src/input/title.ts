const LONGEST_TITLE = 120;
const SMALL_WORDS = /(?<=\s)(?:A|An|And|At|By|For|From|In|Of|On|Or|The|To|With)(?=\s)/g;

/**
 * What a document calls itself: its first heading, with a second heading right below it; else its first line if
 * that is short; else its file's name.
 */
export function titleOf(text: string, file: string): string {
  const [first, second] = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  if (first === undefined || first.length > LONGEST_TITLE) return file;
  const title = headingText(first) ?? first;
  const subtitle = headingText(first) !== undefined && second !== undefined ? headingText(second) : undefined;
  return subtitle === undefined || title.length + subtitle.length > LONGEST_TITLE ? title : `${title}: ${subtitle}`;
}

/** A heading's text, if the line is one: marked by `#`, or written in capitals. */
function headingText(line: string): string | undefined {
  const marked = /^#{1,6}\s+(.+?)\s*#*$/.exec(line)?.[1];
  if (marked !== undefined) return marked;
  if (!/\p{Lu}{3}/u.test(line) || /\p{Ll}/u.test(line)) return undefined;
  const words = line.toLowerCase().replace(/(?<![\p{L}’'])\p{L}/gu, (letter) => letter.toUpperCase());
  return words.replace(SMALL_WORDS, (word) => word.toLowerCase());
}
