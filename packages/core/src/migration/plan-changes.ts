import { type ChildDescription, graphPath, joinPath, pathSegment, type StepDescription } from "@flujo/dsl";
import { DECISION, isStepEntry } from "../journal/entry-kind.ts";
import { isWithin } from "../journal/path.ts";
import { stepPath } from "../journal/step-path.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";

/** How a pipeline differs from the one that a run has come so far with, one readable line each. */
export interface PlanChanges {
  /** In what has settled, or in the midst of what has begun: what is recorded does not fit any more. */
  readonly before: readonly string[];
  /** In what the run has not come to. */
  readonly after: readonly string[];
}

/** A step of a plan, where its runs have it in their paths. */
interface Place {
  readonly path: string;
  readonly kind: string;
  /** What its recorded outcome depends on, but for the steps inside it. */
  readonly meaning: string;
  /** Whether it is only a way of writing its steps one after another, and has no entry of its own. */
  readonly isNotation: boolean;
  /** The steps inside it, in their order. */
  readonly inside: readonly Place[];
  /** Those that may take its place: its fallback, and where its plugins redirect to. */
  readonly instead: readonly Place[];
}

/** @param entries - what is recorded of the run */
export function planChanges(
  before: StepDescription,
  now: StepDescription,
  entries: readonly JournalEntry[],
): PlanChanges {
  const comparison = new Comparison(new RecordedPlaces(entries), now.kind === "pipeline" ? now.name : "");
  comparison.compare(placeOf(before, "", rootSegment(before)), placeOf(now, "", rootSegment(now)));
  return comparison;
}

class Comparison implements PlanChanges {
  readonly before: string[] = [];
  readonly after: string[] = [];
  readonly #record: RecordedPlaces;
  /** What paths are shown below; empty if they begin with it. */
  readonly #root: string;

  constructor(record: RecordedPlaces, root: string) {
    this.#record = record;
    this.#root = root;
  }

  compare(then: Place, now: Place): void {
    const { path } = then;
    const hasSettled = !then.isNotation && this.#record.hasSettled(path);
    if (then.meaning !== now.meaning) {
      const isLeaf = then.inside.length === 0;
      // A step without any inside that has not settled is run anew, unless it has decided or asked something.
      const isOpen = !this.#record.hasAny(path) || (isLeaf && !hasSettled && !this.#record.hasDecided(path));
      this.#to(!isOpen).push(`changed: ${this.#shown(path)} was ${then.meaning}, is ${now.meaning}`);
    }
    // Only of a pipeline it is known what comes after what.
    const isFixed = then.kind === "pipeline" ? this.#record.hasGoneRound(path) : this.#record.hasAny(path);
    this.#compareInside(then.inside, now.inside, hasSettled || isFixed);
    this.#compareAll(then.instead, now.instead, () => hasSettled);
  }

  /** What stands before the last step that has begun has to be what stood there. */
  #compareInside(then: readonly Place[], now: readonly Place[], isFixed: boolean): void {
    const begun = then.findLastIndex(({ path }) => this.#record.hasAny(path));
    const fixed = isFixed ? Infinity : begun + 1;
    this.#compareAll(then, now, (path, places) => places.findIndex((place) => place.path === path) < fixed);
    const order = (places: readonly Place[], others: readonly Place[]): string =>
      places
        .slice(0, fixed)
        .filter(({ path }) => others.some((other) => other.path === path))
        .map(({ path }) => this.#shown(path))
        .join(", ");
    const [was, is] = [order(then, now), order(now, then)];
    if (was !== is) this.before.push(`moved:   ${was} is now ${is}`);
  }

  /** @param isBefore - whether what is there at a path, one of several, and not in the other plan, concerns what has been done */
  #compareAll(
    then: readonly Place[],
    now: readonly Place[],
    isBefore: (path: string, places: readonly Place[]) => boolean,
  ): void {
    for (const place of then) {
      const same = now.find(({ path }) => path === place.path);
      if (same !== undefined) this.compare(place, same);
      else this.#tell("removed:", place, this.#record.hasAny(place.path) || isBefore(place.path, then));
    }
    for (const place of now) {
      if (then.every(({ path }) => path !== place.path)) this.#tell("added:  ", place, isBefore(place.path, now));
    }
  }

  #tell(what: string, { path, isNotation, inside, instead }: Place, isBefore: boolean): void {
    if (!isNotation) this.#to(isBefore).push(`${what} ${this.#shown(path)}`);
    for (const place of [...inside, ...instead]) this.#tell(what, place, isBefore);
  }

  #to(isBefore: boolean): string[] {
    return isBefore ? this.before : this.after;
  }

  #shown(path: string): string {
    if (this.#root === "") return path;
    return path === "" ? this.#root : `${this.#root}/${path}`;
  }
}

/** Whether a name says no more than what is in the pipeline that bears it: `pipe` made it up. */
export function isMadeUpName({ kind, name, children = [] }: StepDescription): boolean {
  const [first, last] = [children[0], children.at(-1)];
  return kind === "pipeline" && children.length > 1 && name === `${first?.name}..${last?.name}`;
}

/** Where in the graph anything is recorded. */
class RecordedPlaces {
  /** Of everything. */
  readonly #all = new Set<string>();
  /** Of the outcomes of steps. */
  readonly #settled = new Set<string>();
  readonly #decided = new Set<string>();
  /** Of steps that decided, after a part of theirs had run, to run others. */
  readonly #rounds = new Set<string>();

  constructor(entries: readonly JournalEntry[]) {
    for (const entry of entries) {
      const path = stepPath(entry.path);
      this.#all.add(graphPath(path));
      if (isStepEntry(entry)) this.#settled.add(graphPath(path));
      if (entry.kind === DECISION) this.#decided.add(graphPath(path));
      const round = /#\d+$/.exec(path);
      if (round !== null && entry.path !== path) this.#rounds.add(graphPath(path.slice(0, round.index)));
    }
  }

  /** At a path or below it. */
  hasAny(path: string): boolean {
    return [...this.#all].some((recorded) => isWithin(recorded, path));
  }

  hasSettled(path: string): boolean {
    return this.#settled.has(path);
  }

  hasDecided(path: string): boolean {
    return this.#decided.has(path);
  }

  /** Whether the step at a path is, or is inside, one that has gone round: what it ran it has done with, and will run again. */
  hasGoneRound(path: string): boolean {
    return [...this.#rounds].some((round) => isWithin(path, round));
  }
}

function rootSegment({ kind, name }: StepDescription): string {
  return kind === "pipeline" ? "" : pathSegment(name);
}

/** @param around - the path at which it is entered */
function placeOf(step: StepDescription, around: string, segment: string): Place {
  const path = joinPath(around, segment);
  const { children = [], policies } = step;
  const met = new Map<string, number>();
  const inside = (child: ChildDescription): Place => {
    if (child.role === "branch") return placeOf(child, `${path}[${pathSegment(child.label ?? "")}]`, ownSegment(child));
    const times = child.role === "next" ? (met.get(child.name) ?? 0) + 1 : 1;
    met.set(child.name, times);
    return placeOf(child, path, ownSegment(child) + (times > 1 ? `~${times}` : ""));
  };
  const fallback = policies?.fallback;
  const standIn = fallback !== undefined && "step" in fallback ? [fallback.step] : [];
  return {
    path,
    kind: step.kind,
    meaning: JSON.stringify({ kind: step.kind, ...step.details }),
    isNotation: segment === "",
    inside: children.map(inside),
    instead: [
      ...standIn.map((each) => placeOf(each, `${path}!fallback`, ownSegment(each))),
      ...(policies?.redirects ?? []).map((each) => placeOf(each, `${path}!redirect`, ownSegment(each))),
    ],
  };
}

function ownSegment(step: StepDescription): string {
  return isMadeUpName(step) && step.policies === undefined ? "" : pathSegment(step.name);
}
