import type { Spending } from "../format/usage.ts";
import type { RunStats } from "./run-stats.ts";

/** What `--json` tells of many runs. What is not known, or of nothing, is null. */
export function statsFacts({
  runs,
  byStatus,
  durations,
  spending,
  unknownTokens,
  unknownCosts,
  steps,
}: RunStats): Readonly<Record<string, unknown>> {
  return {
    runs,
    byStatus: Object.fromEntries(byStatus),
    durations: durations ?? null,
    usage: { ...spendingFacts(spending), runsWithUnknownTokens: unknownTokens, runsWithUnknownCost: unknownCosts },
    steps: steps.map(({ spending: spent, durations: times, ...step }) => ({
      ...step,
      durations: times ?? null,
      usage: spendingFacts(spent),
    })),
  };
}

function spendingFacts({ requests, totalTokens, costPico, known }: Spending): Readonly<Record<string, unknown>> {
  return { requests, totalTokens: totalTokens ?? null, costPico: costPico ?? null, known };
}
