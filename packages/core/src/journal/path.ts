import { pathSegment } from "@flujo/dsl";
import type { Place } from "../protocols/step-handler.ts";

/** Where a child begins: its own name, if it has one in paths, is joined on by `joinPath`. */
export function enter(path: string, place: Place): string {
  if (place === "next") return path;
  if ("item" in place) return `${path}@${place.item}`;
  const iteration = "iteration" in place ? `#${place.iteration}` : "";
  return `${path}${iteration}${place.branch === undefined ? "" : `[${pathSegment(place.branch)}]`}`;
}

/** Whether `path` is `ancestor` or lies below it. The outermost node's path is empty. */
export function isWithin(path: string, ancestor: string): boolean {
  return ancestor === "" || (path.startsWith(ancestor) && /^(?:$|[/[#@!])/.test(path.slice(ancestor.length)));
}

/** The name of the step at a path. */
export function stepName(path: string): string {
  return decodeURIComponent(path.slice(path.lastIndexOf("/") + 1).replace(/~\d+$/, ""));
}
