const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\", "/": "/" };

/** Takes off one layer of escapes from JSON that was written as if it were within a text. */
export function unescapeJson(text: string): string {
  return text.replaceAll(/\\(["\\/nrt])/g, (_, escaped: string) => ESCAPED[escaped] as string);
}
