/**
 * The paths of a run's steps, read for people. Their grammar is the engine's: `/name` for a step inside
 * another, `[branch]`, `#iteration`, `@item`, `~2` for a step that stands a second time among its siblings,
 * `!2` for a composite's second attempt, `!fallback` for what takes a failed step's place, `!redirect` for where
 * a plugin handed the input. Whatever has a
 * meaning there is percent-encoded in names.
 */
const MARKS = /[/[#@!]/g;

/** What the last part of a path says about its place in the step around it. */
export type PlaceKind = "step" | "branch" | "iteration" | "item" | "attempt" | "fallback" | "redirect";

export interface PathEnd {
  readonly kind: PlaceKind;
  /** For people: `fetch`, `topics`, `#3`, `@17`, `attempt 2`, `fallback`. */
  readonly label: string;
  /** An item's or iteration's number, by which it is put in order among its siblings. */
  readonly number?: number;
}

/** The path of the node around the one at `path`; empty for those at the top. */
export function parentPath(path: string): string {
  return path.slice(0, Math.max(0, lastMark(path)));
}

/** The last part of a path. */
export function pathEnd(path: string): PathEnd {
  const at = lastMark(path);
  const rest = path.slice(at + 1);
  switch (at === -1 ? "/" : path[at]) {
    case "[":
      return { kind: "branch", label: decode(rest.replace(/\]$/, "")) };
    case "#":
      return { kind: "iteration", label: `#${rest}`, number: Number(rest) };
    case "@":
      return { kind: "item", label: `@${rest}`, number: Number(rest) };
    case "!":
      return rest === "fallback" || rest === "redirect"
        ? { kind: rest, label: rest }
        : { kind: "attempt", label: `attempt ${rest}` };
    default:
      return { kind: "step", label: decode(rest) };
  }
}

/**
 * The path of the step that a journal entry's path belongs to: what is recorded about a step, such as a
 * decision or a failed attempt, has a colon after the step's own path (`refine#3:until`, `fetch:attempt#1`).
 */
export function stepPath(path: string): string {
  const at = path.indexOf(":");
  return at === -1 ? path : path.slice(0, at);
}

function lastMark(path: string): number {
  let last = -1;
  for (const { index } of path.matchAll(MARKS)) last = index;
  return last;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not of the engine's making, so it is shown as it stands.
    return text;
  }
}
