import type { ContextPatch } from "../protocols/context-manager.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { Serializer } from "../protocols/serializer.ts";
import { FORK } from "./entry-kind.ts";
import { pathEnd } from "./step-path.ts";

/** Where a run goes its own way, and what is different there. */
export interface ForkPoint {
  /** Of the first step that is run anew. */
  readonly path: string;
  /** What is changed in the context as it was there. */
  readonly patches: readonly ContextPatch[];
}

/**
 * What a fork shares with the run that it is forked from: all that had settled before anything of `from` had. What was at
 * work beside it and settled later is run anew, as are the steps that it is part of.
 */
export function sharedHistory(entries: readonly JournalEntry[], from: string): readonly JournalEntry[] {
  const first = entries.findIndex(({ path }) => isAt(path, from));
  const before = first === -1 ? entries : entries.slice(0, first);
  return before.filter(({ path }) => !isAt(from, path));
}

/** The entry that a fork begins with. */
export function forkEntry(
  { path, patches }: ForkPoint,
  parent: string,
  { serializer, now }: { readonly serializer: Serializer; readonly now: number },
): JournalEntry {
  return {
    path: `${path}:${FORK}`,
    kind: FORK,
    name: FORK,
    status: "completed",
    output: serializer.stringify(parent),
    ...(patches.length === 0 ? {} : { patches: serializer.stringify(patches) }),
    attempts: 1,
    startedAt: now,
    endedAt: now,
  };
}

/** Where a run was forked, and what was changed in the context there, by path; undefined for one that was not. */
export function forkPointsOf(entries: Iterable<JournalEntry>, serializer: Serializer): ForkPoints | undefined {
  const forks = [...entries].filter(({ kind }) => kind === FORK);
  if (forks.length === 0) return undefined;
  return new Map(
    forks.map(({ path, patches }) => [
      path.slice(0, -`:${FORK}`.length),
      patches === undefined ? [] : (serializer.parse(patches) as readonly ContextPatch[]),
    ]),
  );
}

export type ForkPoints = ReadonlyMap<string, readonly ContextPatch[]>;

/** Changes that put values in the place of fields of the context, the outermost ones. */
export function overrides(context: Readonly<Record<string, unknown>>): readonly ContextPatch[] {
  return Object.entries(context).map(([field, value]) => ({ op: "replace", path: [field], value }));
}

/**
 * The path of the first step at or in a place of which anything is recorded. An iteration, an item or a branch is no step: what
 * is changed there is changed where the first of the steps in it begins.
 */
export function firstStepAt(place: string, entries: readonly JournalEntry[]): string | undefined {
  const inside = entries.filter(({ path }) => isAt(path, place)).map(({ path }) => path.slice(place.length));
  if (inside.length === 0) return undefined;
  if (pathEnd(place).kind === "step") return place;
  const steps = inside.flatMap((rest) => /^(?:\[[^\]]*\]|[#@!][^/[#@!:]+)*\/[^/[#@!:]+/.exec(rest) ?? []);
  return steps[0] === undefined ? undefined : `${place}${steps[0]}`;
}

/** Whether what is recorded at `path` is of the step at `step`, or of what is in it. */
function isAt(path: string, step: string): boolean {
  return path.startsWith(step) && /^(?:$|[/[#@!:])/.test(path.slice(step.length));
}
