import { parentPath, stepPath } from "@flujo/core";
import type { JournalEntry } from "@flujo/core/protocols";
import { addSpending, NOTHING_SPENT, type Spending } from "../format/usage.ts";
import { type Durations, durationsOf } from "./durations.ts";

/** What is recorded of a step in any number of runs, in all places at which it stands. */
export interface StepTotals {
  readonly pipeline: string;
  readonly name: string;
  readonly kind: string;
  /** How often it settled. */
  readonly count: number;
  /** How often of these it failed. */
  readonly failures: number;
  readonly attempts: number;
  /** Of the times at which it did something: what came from a cache, or was left out, did not. Undefined if there is none. */
  readonly durations: Durations | undefined;
  readonly spending: Spending;
  /** Times at which it is not known, or only in part, what it cost. */
  readonly unknownCosts: number;
}

/** The same while it is added up. */
interface Sum {
  readonly pipeline: string;
  readonly name: string;
  readonly kind: string;
  count: number;
  failures: number;
  attempts: number;
  durationsMs: number[];
  spending: Spending;
  unknownCosts: number;
  /** Whether there are steps in it, in any run. */
  isComposite: boolean;
}

/** Adds up what is recorded of steps, by pipeline, name and kind. Keeps numbers only, and nothing of what steps gave. */
export class StepTotalsSum {
  readonly #sums = new Map<string, Sum>();

  /** @param entries - those of one run, without what it shares with another */
  add(pipeline: string, entries: readonly JournalEntry[]): void {
    const settled = entries.filter(({ path }) => stepPath(path) === path);
    const around = new Set(settled.flatMap(({ path }) => ancestorsOf(path)));
    for (const entry of settled) {
      const sum = this.#sumOf(pipeline, entry);
      sum.count++;
      if (entry.status === "failed") sum.failures++;
      sum.attempts += entry.attempts;
      if (entry.attempts > 0) sum.durationsMs.push(entry.endedAt - entry.startedAt);
      if (entry.usage !== undefined) {
        sum.spending = addSpending(sum.spending, entry.usage);
        if (entry.usage.costPico === undefined) sum.unknownCosts++;
      }
      if (around.has(entry.path)) sum.isComposite = true;
    }
  }

  /** All steps that have no steps in them: what others took is what their parts did. */
  totals(): readonly StepTotals[] {
    const leaves = [...this.#sums.values()].filter(({ isComposite }) => !isComposite);
    return leaves.map(({ isComposite: _, durationsMs, ...sum }) => ({ ...sum, durations: durationsOf(durationsMs) }));
  }

  #sumOf(pipeline: string, { name, kind }: JournalEntry): Sum {
    const key = JSON.stringify([pipeline, name, kind]);
    const known = this.#sums.get(key);
    if (known !== undefined) return known;
    const sum: Sum = {
      pipeline,
      name,
      kind,
      count: 0,
      failures: 0,
      attempts: 0,
      durationsMs: [],
      spending: NOTHING_SPENT,
      unknownCosts: 0,
      isComposite: false,
    };
    this.#sums.set(key, sum);
    return sum;
  }
}

/** The paths of all that a step at `path` may be in. */
function ancestorsOf(path: string): readonly string[] {
  const parent = parentPath(path);
  return parent === "" ? [] : [parent, ...ancestorsOf(parent)];
}
