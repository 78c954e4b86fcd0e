import type { Place } from "../protocols/step-handler.ts";

/**
 * The grammar of paths: `/name` for a step inside another, `[branch]`, `#iteration` (from 1), `@item` (from 0),
 * `~2` for a step that stands a second time among its siblings, `!2` for a composite's second attempt,
 * `!fallback` for what takes a failed step's place, `!redirect` for where a plugin handed the input, `:name` for a
 * decision.
 */
const RESERVED = /[%/[\]#@~!:\p{Cc}]/gu;

/** A name as it stands in a path: what has a meaning there is percent-encoded. */
export function segment(name: string): string {
  return name
    .replace(RESERVED, encodeURIComponent)
    .replace(/[~!]/g, (character) => (character === "~" ? "%7E" : "%21"));
}

/** Where a child begins: its own name, if it has one in paths, is joined on by {@link join}. */
export function enter(path: string, place: Place): string {
  if (place === "next") return path;
  if ("item" in place) return `${path}@${place.item}`;
  const iteration = "iteration" in place ? `#${place.iteration}` : "";
  return `${path}${iteration}${place.branch === undefined ? "" : `[${segment(place.branch)}]`}`;
}

export function join(base: string, name: string): string {
  return base === "" ? name : `${base}/${name}`;
}

/** Whether `path` is `ancestor` or lies below it. The outermost node's path is empty. */
export function isWithin(path: string, ancestor: string): boolean {
  return ancestor === "" || (path.startsWith(ancestor) && /^(?:$|[/[#@!])/.test(path.slice(ancestor.length)));
}

/** The name of the step at a path. */
export function stepName(path: string): string {
  return decodeURIComponent(path.slice(path.lastIndexOf("/") + 1).replace(/~\d+$/, ""));
}
