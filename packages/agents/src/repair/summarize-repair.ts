import type { RepairFlag, RepairKind } from "./repair-kinds.ts";
import type { RepairFailureReason, RepairResult } from "./repair-result.ts";

/** What an answer came to, for logs and metrics: small, and without a word of the answer. */
export interface RepairSummary {
  readonly outcome: "valid" | "repaired" | "failed";
  /** Of an answer that is one: 0 for a strict parser, 1 for rules, 2 for a model. */
  readonly tier?: 0 | 1 | 2;
  /** Of one that is none: why. */
  readonly reason?: RepairFailureReason;
  readonly cost: number;
  readonly flags: readonly RepairFlag[];
  /** How often each kind of change was made. */
  readonly changes: Readonly<Partial<Record<RepairKind, number>>>;
}

/** Sums up a result so that a rate can be formed over many: which prompt constantly needs repair, and of what. */
export function summarizeRepair(result: RepairResult): RepairSummary {
  const { repairs, cost, flags } = result;
  const changes: Partial<Record<RepairKind, number>> = {};
  for (const { kind } of repairs) changes[kind] = (changes[kind] ?? 0) + 1;
  return result.ok
    ? { outcome: result.status, tier: result.tier, cost, flags, changes }
    : { outcome: "failed", reason: result.reason, cost, flags, changes };
}
