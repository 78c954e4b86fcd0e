/** What neither HTML nor SVG can hold, not even as an entity. */
const UNPRINTABLE = /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/**
 * What could mean something to Mermaid, to Markdown or to HTML. A full stop, an underscore or a dash inside a word
 * stays readable, as does a single space between words; elsewhere they could begin a list or an emphasis, or be lost.
 */
const MEANINGFUL = /(?<![\p{L}\p{N}])[._-]|[._-](?![\p{L}\p{N}])|(?<=^| ) | (?= |$)|[^\p{L}\p{N} ,._()…→·×-]/gu;

/** Any text as Mermaid's entities, so that it is drawn as it is. What can't be drawn at all becomes `�`. */
export function escapeLabel(text: string): string {
  return text.replace(UNPRINTABLE, "\u{FFFD}").replace(MEANINGFUL, (character) => `#${character.codePointAt(0)};`);
}

/** Lines of any text as a label of several lines. */
export function label(lines: readonly string[]): string {
  return lines.map(escapeLabel).join("<br/>");
}
