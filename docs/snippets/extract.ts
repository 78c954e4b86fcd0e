/** A fenced `ts` block of a page, with what its info string asks for. */
export interface Snippet {
  /** The line of the page, counted from 1, that its first line of code stands on. */
  readonly line: number;
  readonly code: string;
  /**
   * - `check`: it compiles (a bare `ts`)
   * - `run`: it compiles, and runs without an error (`ts run`)
   * - `continue`: it belongs to the module of the snippet before it (`ts continue`)
   * - `ignore`: nothing is asked of it, for a reason that stands there (`ts ignore why`)
   */
  readonly mode: "check" | "run" | "continue" | "ignore";
}

const FENCE = /^(?<indent> *)(?<ticks>`{3,})(?<info>[^`]*)$/;

/**
 * The `ts` blocks of a page, in order.
 *
 * @throws Error, naming the line, when an info string asks for something unknown, when `ignore` gives no reason, when
 *   `continue` has nothing to continue, or when a fence is never closed
 */
export function snippetsOf(markdown: string): Snippet[] {
  const lines = markdown.split("\n");
  const snippets: Snippet[] = [];
  for (let at = 0; at < lines.length; at++) {
    const { indent = "", ticks, info = "" } = FENCE.exec(lines[at] ?? "")?.groups ?? {};
    if (ticks === undefined) {
      continue;
    }
    const open = at;
    do {
      at++;
      if (at === lines.length) {
        throw new Error(`line ${open + 1}: the fence is never closed`);
      }
    } while (lines[at]?.trim() !== ticks);
    const [language, ...words] = info.trim().split(/\s+/);
    if (language === "ts") {
      const line = open + 2;
      const mode = modeOf(words, snippets.at(-1), open + 1);
      const code = lines.slice(open + 1, at).map((text) => text.replace(indent, ""));
      snippets.push({ line, mode, code: code.join("\n") });
    }
  }
  return snippets;
}

function modeOf(
  [mode = "check", ...reason]: readonly string[],
  before: Snippet | undefined,
  line: number,
): Snippet["mode"] {
  switch (mode) {
    case "check":
    case "run":
      return mode;
    case "continue":
      if (before === undefined || before.mode === "ignore") {
        throw new Error(`line ${line}: there is no snippet to continue`);
      }
      return mode;
    case "ignore":
      if (reason.length === 0) {
        throw new Error(`line ${line}: say why it is ignored, as in \`ts ignore shows a compile error\``);
      }
      return mode;
    default:
      throw new Error(`line ${line}: \`ts ${mode}\` is not known; there are ts, ts run, ts continue and ts ignore`);
  }
}
