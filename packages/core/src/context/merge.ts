import { isDeepStrictEqual } from "node:util";
import type { MergeStrategy } from "@flujo/dsl";
import type { BranchLine, ContextLine } from "../protocols/context-manager.ts";
import { ContextConflictError } from "../protocols/errors/context-conflict-error.ts";

/** Where in the context something changed: property names from the outside in. */
type Spot = readonly PropertyKey[];

/**
 * Brings what branches changed into `target`, which still stands at their snapshot, in the given order.
 *
 * A change is seen at the innermost property of plain objects that it touches: a list, Map or Set is changed
 * as a whole. A spot that only one branch changed is never a conflict.
 *
 * @throws {@link ContextConflictError} under `errorOnConflict`.
 */
export function mergeBranches(
  target: ContextLine,
  branches: readonly BranchLine[],
  strategy: MergeStrategy<never>,
): void {
  const changed = branches.filter(({ line }) => line.patches.length > 0);
  if (changed.length === 0 || strategy === "discard") return;
  const snapshot = target.current;
  if (typeof strategy === "function") {
    const contexts = Object.fromEntries(branches.map(({ name, line }) => [name, line.current]));
    target.replace(strategy(snapshot as never, contexts as never));
    return;
  }
  if (changed.length === 1) {
    target.adopt((changed[0] as BranchLine).line);
    return;
  }
  const claims = new Claims();
  // A conflict may show only after the first branches: then the target is to stand as it did.
  const merged = target.fork();
  const changes = new Changes(merged);
  for (const branch of changed) {
    const spots = changedSpots(snapshot, branch.line);
    const won = spots.filter((spot) => {
      const rival = claims.find(spot, branch);
      if (rival === undefined || strategy === "lastBranchWins") return true;
      if (
        strategy === "errorOnConflict" &&
        !agree(rival.branch, branch, rival.spot.length < spot.length ? rival.spot : spot)
      ) {
        throw new ContextConflictError(spot.map(String).join("."), [rival.branch.name, branch.name]);
      }
      return false;
    });
    for (const spot of spots) claims.add(spot, branch);
    for (const spot of won) changes.put(spot, branch.line.current);
  }
  changes.make();
  target.adopt(merged);
}

/**
 * What is to be changed, made as few updates as can be: each copies whatever it touches, and thousands of branches may
 * have changed one object.
 */
class Changes {
  readonly #target: ContextLine;
  readonly #waiting = new Map<string, { readonly spot: Spot; readonly context: unknown }>();

  constructor(target: ContextLine) {
    this.#target = target;
  }

  put(spot: Spot, context: unknown): void {
    // What is put somewhere is frozen until that is done: only then can something in it be changed.
    if (spot.length === 0 || this.#isInside(spot)) this.make();
    // A draft can be changed, and not be another value.
    if (spot.length === 0) this.#target.replace(context);
    else this.#waiting.set(key("on", spot), { spot, context });
  }

  make(): void {
    if (this.#waiting.size === 0) return;
    this.#target.update((draft: unknown) => {
      for (const { spot, context } of this.#waiting.values()) put(draft, spot, context);
    });
    this.#waiting.clear();
  }

  #isInside(spot: Spot): boolean {
    for (let length = 0; length < spot.length; length++) {
      if (this.#waiting.has(key("on", spot.slice(0, length)))) return true;
    }
    return false;
  }
}

/** Who has changed what, so that a spot that lies in, on or around another is found at once. */
class Claims {
  readonly #claims = new Map<string, { readonly spot: Spot; readonly branch: BranchLine }>();

  find(spot: Spot, except: BranchLine): { readonly spot: Spot; readonly branch: BranchLine } | undefined {
    for (let length = 0; length <= spot.length; length++) {
      const claim = this.#claims.get(key("on", spot.slice(0, length)));
      if (claim !== undefined && claim.branch !== except) return claim;
    }
    const inside = this.#claims.get(key("in", spot));
    return inside?.branch === except ? undefined : inside;
  }

  add(spot: Spot, branch: BranchLine): void {
    const claim = { spot, branch };
    this.#claims.set(key("on", spot), claim);
    for (let length = 0; length < spot.length; length++) this.#claims.set(key("in", spot.slice(0, length)), claim);
  }
}

function key(relation: "on" | "in", spot: Spot): string {
  return `${relation} ${JSON.stringify(spot.map(String))}`;
}

function changedSpots(snapshot: unknown, line: ContextLine): readonly Spot[] {
  const spots = new Map<string, Spot>();
  for (const { path } of line.patches) {
    const spot: PropertyKey[] = [];
    let container = snapshot;
    for (const part of path as PropertyKey[]) {
      if (!isPlain(container)) break;
      spot.push(part);
      container = container[part];
    }
    spots.set(key("on", spot), spot);
  }
  return [...spots.values()];
}

function agree(a: BranchLine, b: BranchLine, spot: Spot): boolean {
  return isDeepStrictEqual(look(a.line.current, spot), look(b.line.current, spot));
}

/** The value at a spot, or nothing (an empty list), so that absent and undefined differ. */
function look(context: unknown, spot: Spot): readonly unknown[] {
  let value = context;
  for (const part of spot) {
    if (!isPlain(value) || !Object.hasOwn(value, part)) return [];
    value = value[part];
  }
  return [value];
}

function put(draft: unknown, spot: Spot, context: unknown): void {
  let owner = draft;
  for (const part of spot.slice(0, -1)) {
    if (!isRecord(owner)) return; // A later branch took the whole of it away: there is nothing left to change.
    owner = owner[part];
  }
  const last = spot.at(-1);
  if (last === undefined || !isRecord(owner)) return;
  const value = look(context, spot);
  if (value.length === 0) delete owner[last];
  else owner[last] = value[0];
}

function isRecord(value: unknown): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null;
}

function isPlain(value: unknown): value is Record<PropertyKey, unknown> {
  if (!isRecord(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
