import { CHECKPOINT } from "../journal/entry-kind.ts";
import { unfoldedOf } from "../protocols/folding.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import { NO_USAGE, type Usage } from "../protocols/usage.ts";
import { sumOf } from "./usage-of.ts";

/**
 * What a run has used, by its journal: the sum of the outermost entries, since each has counted all below it.
 *
 * A checkpoint has counted what it folds, and is itself counted by what its step came to, like an iteration of it.
 * What was recorded of a failed attempt counts where its step has no entry yet, and stands for all that lies in the attempt.
 */
export function recordedUsage(entries: Iterable<JournalEntry>): Usage {
  const spent = unfoldedOf([...entries]).filter(({ usage }) => usage !== undefined);
  const paths = new Set(spent.map(({ path }) => path));
  return spent
    .filter(({ path }) => !isCounted(path.replace(`:${CHECKPOINT}#`, "#"), paths))
    .reduce((sum, { usage }) => sumOf(sum, usage as Usage), NO_USAGE);
}

/** Whether what was used at a path is counted by what was recorded around it. */
function isCounted(path: string, paths: ReadonlySet<string>): boolean {
  // The outermost step has no name in paths, and its first attempt no mark.
  if (/^[^/[#@!:]/.test(path) && paths.has(":attempt#1")) return true;
  for (const { index } of path.matchAll(/[/[#@!:]/g)) {
    const around = path.slice(0, index);
    if (paths.has(around)) return true;
    const attempt = attemptAt(path.slice(index));
    if (attempt !== undefined && paths.has(`${around}:attempt#${attempt}`)) return true;
  }
  return false;
}

/** Which attempt at a step lies below it at a place: children of the second are at `!2`. */
function attemptAt(below: string): string | undefined {
  if (below.startsWith(":") || below.startsWith("!fallback")) return undefined;
  return /^!(\d+)/.exec(below)?.[1] ?? "1";
}
