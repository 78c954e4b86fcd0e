const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", "/": "/" };

const ENTITIES: Readonly<Record<string, string>> = {
  quot: '"',
  "#34": '"',
  "#x22": '"',
  apos: "'",
  "#39": "'",
  "#x27": "'",
  lt: "<",
  gt: ">",
  amp: "&",
};

/** Takes off one layer of escapes from JSON that was written as if it were within a text, or within HTML. */
export function unescapeJson(text: string): string {
  if (/^[{[]\s*&/.test(text))
    return text.replaceAll(/&(quot|apos|lt|gt|amp|#34|#39|#x22|#x27);/g, (_, name: string) => ENTITIES[name] as string);
  return text.replaceAll(/\\(["\\/nrt])/g, (_, escaped: string) => ESCAPED[escaped] as string);
}
