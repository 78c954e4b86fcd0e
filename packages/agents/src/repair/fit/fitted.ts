import { type RepairKind, ruleOf } from "../repair-kinds.ts";
import { pointerPart } from "../schema/pointer.ts";

/** Where a value is, seen from the root. */
export interface Place {
  readonly parent: Place | undefined;
  readonly key: string | number;
  /** Whether its siblings are of the same kind: items, and entries of a record. */
  readonly isOneOfMany: boolean;
}

/** What was done to a value to make it fit. */
export interface FitChange {
  readonly kind: RepairKind;
  readonly place: Place | undefined;
  /** Index into the text. */
  readonly at: number;
}

/** A value that a schema takes, and what it cost to come to it. */
export interface Fitted {
  readonly ok: true;
  readonly value: unknown;
  /** Of all changes, in it too. */
  readonly cost: number;
  readonly changes: readonly FitChange[];
  /** What it was put together of. */
  readonly parts: readonly Fitted[];
  /** Whether there are keys in it that the schema does not name, though it lets them be. */
  readonly hasUnnamedKeys: boolean;
}

/** Why a value can't be made to fit. */
export interface Misfit {
  readonly ok: false;
  readonly place: Place | undefined;
  readonly message: string;
  /** More than one thing may be meant. */
  readonly isAmbiguous: boolean;
  /** The text ends where it should have gone on. */
  readonly isTruncated: boolean;
}

export type Fit = Fitted | Misfit;

const NO_PARTS: readonly Fitted[] = [];
const NO_CHANGES: readonly FitChange[] = [];

export function fitted(
  value: unknown,
  changes: readonly FitChange[] = NO_CHANGES,
  parts: readonly Fitted[] = NO_PARTS,
  unnamed = false,
): Fitted {
  let cost = 0;
  let hasUnnamedKeys = unnamed;
  for (const { kind } of changes) cost += ruleOf(kind).cost;
  for (const part of parts) {
    cost += part.cost;
    hasUnnamedKeys ||= part.hasUnnamedKeys;
  }
  return { ok: true, value, cost, changes, parts, hasUnnamedKeys };
}

export function misfit(
  place: Place | undefined,
  message: string,
  marks: { readonly isAmbiguous?: boolean; readonly isTruncated?: boolean } = {},
): Misfit {
  return { ok: false, place, message, isAmbiguous: false, isTruncated: false, ...marks };
}

/** All changes of a fit and of its parts. */
export function allChanges(fit: Fitted): readonly FitChange[] {
  const changes: FitChange[] = [];
  const waiting: Fitted[] = [fit];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const change of next.changes) changes.push(change);
    for (const part of next.parts)
      if (part.cost > 0 || part.changes.length > 0 || part.parts.length > 0) waiting.push(part);
  }
  return changes;
}

/** As a JSON pointer, with a star for each item and entry: the same for all places of one kind. */
export function patternOf(place: Place | undefined): string {
  let text = "";
  for (let next = place; next !== undefined; next = next.parent)
    text = `/${next.isOneOfMany ? "*" : pointerPart(String(next.key))}${text}`;
  return text;
}
