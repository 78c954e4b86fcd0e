import type { UsageReport } from "@flujo/dsl";
import { NO_USAGE, type Usage } from "../protocols/usage.ts";
import { sumOf, usageOf } from "./usage-of.ts";

/**
 * Adds up what model calls used, apart for each purpose: what the work itself took, what repairs did. The reports are those of
 * a run's `step-usage` events.
 */
export function usageByPurpose(reports: Iterable<UsageReport>): ReadonlyMap<string, Usage> {
  const sums = new Map<string, Usage>();
  for (const report of reports) {
    const { purpose = "step" } = report;
    const { report: _, ...usage } = usageOf(report);
    sums.set(purpose, sumOf(sums.get(purpose) ?? NO_USAGE, usage));
  }
  return sums;
}
