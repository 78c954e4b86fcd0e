import type { RunDiff, StepDiff, StoredRunHistory } from "@flujo/core";
import type { JournalEntry } from "@flujo/core/protocols";
import { byPath } from "./compare-runs.ts";
import { runFacts } from "./run-facts.ts";
import { readError } from "./stored-value.ts";

/** What `--json` tells of how two runs differ. Of each pair the first is of the first run; null is what there is not. */
export function diffFacts(
  histories: readonly [StoredRunHistory, StoredRunHistory],
  { same, output, steps }: RunDiff,
): Readonly<Record<string, unknown>> {
  const errors = histories.map(({ record }) => readError(record) ?? null);
  const entries = histories.map(byPath);
  return {
    same,
    runs: histories.map(({ record }) => runFacts(record)),
    ...(output === undefined ? {} : { output }),
    ...(errors.every((error) => error === null) ? {} : { error: errors }),
    steps: steps.map((step) => stepFacts(step, [entries[0]?.get(step.path), entries[1]?.get(step.path)])),
  };
}

function stepFacts(step: StepDiff, entries: readonly (JournalEntry | undefined)[]): Readonly<Record<string, unknown>> {
  const errors = entries.map((entry) => (entry && readError(entry)) ?? null);
  return { ...step, ...(errors.every((error) => error === null) ? {} : { error: errors }) };
}
