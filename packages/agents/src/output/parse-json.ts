const FENCE = "```";

/**
 * Parses a text that is JSON and nothing else; one code fence around all of it is taken off first.
 *
 * @throws SyntaxError if it is anything else.
 */
export function parseJson(text: string): unknown {
  return JSON.parse(unfenced(text.trim()));
}

function unfenced(text: string): string {
  const firstBreak = text.indexOf("\n");
  if (firstBreak < 0 || !text.startsWith(FENCE) || !text.endsWith(FENCE)) return text;
  const language = text.slice(FENCE.length, firstBreak).trim().toLowerCase();
  return language === "json" || language === "" ? text.slice(firstBreak, -FENCE.length) : text;
}
