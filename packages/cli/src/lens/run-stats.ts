import { parentPath, stepPath } from "@flujo/core";
import type { JournalEntry, RunRecord, StateBackend } from "@flujo/core/protocols";
import { addSpending, NOTHING_SPENT, type Spending, subtractSpending } from "../format/usage.ts";
import { type Durations, durationsOf } from "./durations.ts";
import { isFork } from "./fork-origin.ts";
import { lengthOf, type ShownStatus, shownStatus } from "./run-status.ts";
import { type RunFilters, selectRuns } from "./select-runs.ts";
import { type StepTotals, StepTotalsSum } from "./step-totals.ts";

/** What any number of runs come to together. */
export interface RunStats {
  readonly runs: number;
  readonly byStatus: ReadonlyMap<ShownStatus, number>;
  /** Of the runs that have ended, waiting included. Undefined if there is none. */
  readonly durations: Durations | undefined;
  /** Of all of them. What a fork shares with the run that it is forked from is that run's alone. */
  readonly spending: Spending;
  /** Runs of which it is not known, or only in part, what they cost. */
  readonly unknownCosts: number;
  /** Runs of which it is not known, or only in part, how many tokens they used. */
  readonly unknownTokens: number;
  readonly steps: readonly StepTotals[];
}

/**
 * Adds up all runs that fit. Runs are read a page at a time, and the entries of one run at a time; what is kept
 * of them is numbers.
 */
export async function gatherStats(state: StateBackend, filters: RunFilters): Promise<RunStats> {
  const byStatus = new Map<ShownStatus, number>();
  const durationsMs: number[] = [];
  const steps = new StepTotalsSum();
  let [runs, unknownCosts, unknownTokens] = [0, 0, 0];
  let spending = NOTHING_SPENT;
  for await (const run of selectRuns(state, filters)) {
    const entries = await state.readEntries(run.runId);
    const own = entries.findLastIndex(isFork) + 1;
    steps.add(run.pipeline, entries.slice(own));
    const spent = run.usage && subtractSpending(run.usage, spentBy(entries.slice(0, own)));
    spending = addSpending(spending, spent ?? UNKNOWN);
    if (spent?.costPico === undefined) unknownCosts++;
    if (spent?.totalTokens === undefined) unknownTokens++;
    byStatus.set(shownStatus(run), (byStatus.get(shownStatus(run)) ?? 0) + 1);
    if (hasEnded(run)) durationsMs.push(lengthOf(run, 0));
    runs++;
  }
  const totals = { durations: durationsOf(durationsMs), spending, unknownCosts, unknownTokens };
  return { runs, byStatus, ...totals, steps: steps.totals() };
}

/** A run that has neither ended nor paused does not say yet what it used. */
const UNKNOWN: Spending = { ...NOTHING_SPENT, totalTokens: undefined, costPico: undefined };

function hasEnded({ status }: RunRecord): boolean {
  return status !== "running" && status !== "paused";
}

/** What was spent on steps: a step's usage has that of all in it. */
function spentBy(entries: readonly JournalEntry[]): Spending {
  const settled = new Map(entries.filter(({ path }) => stepPath(path) === path).map((entry) => [entry.path, entry]));
  const outermost = [...settled.values()].filter(({ path }) => !isWithinAny(path, settled));
  return outermost.reduce((sum, { usage }) => (usage === undefined ? sum : addSpending(sum, usage)), NOTHING_SPENT);
}

function isWithinAny(path: string, settled: ReadonlyMap<string, JournalEntry>): boolean {
  const parent = parentPath(path);
  return parent !== "" && (settled.has(parent) || isWithinAny(parent, settled));
}
