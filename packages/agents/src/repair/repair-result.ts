import type { RepairFlag, RepairKind } from "./repair-kinds.ts";
import type { RepairIssue } from "./schema/check-json.ts";

/** One change that was made to come to a value. */
export interface Repair {
  readonly kind: RepairKind;
  /**
   * Where it was made, as an index into the text. For what is in a text within the text: where that begins. After a
   * model has written the value anew (tier 2): in what it wrote.
   */
  readonly position: number;
  /** Which value it concerns, as a JSON pointer; absent for what was done before there were values. */
  readonly path?: string;
  readonly reason: string;
  /** What it adds to the cost. The same change to many values of one kind is paid for once. */
  readonly cost: number;
}

/** What {@link repair} came to. */
export type RepairResult<Value = unknown> = RepairSuccess<Value> | RepairFailure;

export interface RepairSuccess<Value = unknown> {
  readonly ok: true;
  /** `valid`: the text was JSON that fits. `repaired`: it is now. */
  readonly status: "valid" | "repaired";
  /** What the schema makes of {@link json}, its defaults and transforms applied. */
  readonly value: Value;
  /** The JSON itself. Written and read again, nothing of it changes any more. */
  readonly json: unknown;
  /** 0: a strict parser would have done. 1: rules repaired it. 2: a model did. */
  readonly tier: 0 | 1 | 2;
  /** Every change, in the order of the text. */
  readonly repairs: readonly Repair[];
  /** The sum of the changes' costs: 0 is certain, or mere notation. */
  readonly cost: number;
  readonly flags: readonly RepairFlag[];
}

/**
 * Why there is no value. `policy`: there is one, but it costs too much or has a flag that is refused. `invented`,
 * `unrepairable`: a model added what is not in the text, or says that the text can't be repaired.
 */
export type RepairFailureReason =
  | ("no-json" | "truncated" | "ambiguous" | "schema" | "too-large" | "refusal" | "policy")
  | ("invented" | "unrepairable");

export interface RepairFailure {
  readonly ok: false;
  readonly status: "failed";
  readonly reason: RepairFailureReason;
  readonly issues: readonly RepairIssue[];
  /** What came closest, to be looked at: it is not an answer. */
  readonly best?: unknown;
  readonly repairs: readonly Repair[];
  readonly cost: number;
  readonly flags: readonly RepairFlag[];
}
