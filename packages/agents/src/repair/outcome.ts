import type { FitChange, Fitted } from "./fit/fitted.ts";
import { allChanges, patternOf } from "./fit/fitted.ts";
import { type RepairFlag, type RepairKind, ruleOf } from "./repair-kinds.ts";
import type { Repair } from "./repair-result.ts";
import { pointerTo } from "./schema/pointer.ts";
import type { Candidate } from "./text/find-candidates.ts";
import type { Reading, SyntaxChange } from "./text/reading.ts";

/** One reading made to fit: what it gives, and what that took. */
export interface Outcome {
  readonly candidate: Candidate;
  readonly reading: Reading;
  readonly fit: Fitted;
  /** How unlikely it is, beside others of the same text. */
  readonly weight: number;
}

/** The changes of an outcome as they are reported, with their costs. */
export interface Account {
  readonly repairs: readonly Repair[];
  readonly cost: number;
  readonly flags: readonly RepairFlag[];
}

/**
 * Lists what was done, and sums up what it costs. Slips of one kind have one cause, so they are paid for once: in the
 * text as a whole, or for all values of one kind.
 */
export function accountFor(
  { reading, fit }: Pick<Outcome, "reading" | "fit">,
  around: readonly SyntaxChange[],
): Account {
  const paid = new Set<string>();
  const flags = new Set<RepairFlag>();
  let cost = 0;
  const priceOf = (kind: RepairKind, mark: string): number => {
    const { cost: price, flag } = ruleOf(kind);
    if (flag !== undefined) flags.add(flag);
    if (price === 0 || paid.has(mark)) return 0;
    paid.add(mark);
    cost += price;
    return price;
  };
  const changes: (SyntaxChange | FitChange)[] = [...around, ...reading.changes, ...allChanges(fit)];
  changes.sort((a, b) => a.at - b.at);
  const repairs = changes.map((change): Repair => {
    const { kind, at: position } = change;
    const { reason } = ruleOf(kind);
    if (!("place" in change)) return { kind, position, reason, cost: priceOf(kind, kind) };
    const price = priceOf(kind, `${kind} ${patternOf(change.place)}`);
    return { kind, position, path: pointerTo(change.place), reason, cost: price };
  });
  if (fit.hasUnnamedKeys) flags.add("extra-keys");
  return { repairs, cost, flags: [...flags] };
}
