import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { RunRecord } from "../protocols/run-record.ts";
import type { Serializer } from "../protocols/serializer.ts";
import { NO_USAGE, type Usage } from "../protocols/usage.ts";
import { FORK } from "./fork-point.ts";

/** How two runs of one pipeline differ. */
export interface RunDiff {
  /** Whether they came to the same: status and output. */
  readonly same: boolean;
  readonly status: Pair<RunRecord["status"]>;
  /** Present where it differs. */
  readonly output?: Pair<unknown>;
  readonly durationMs: Pair<number>;
  readonly usage: Pair<Usage>;
  /** Every step and decision of either run, in the order in which the first settled them, then the second. */
  readonly steps: readonly StepDiff[];
}

/** What is recorded of one path in two runs. */
export interface StepDiff {
  readonly path: string;
  readonly kind: string;
  /** `same` and `changed` are about how it ended and what it gave; the others, about which run has it at all. */
  readonly change: "same" | "changed" | "only-first" | "only-second";
  /** Present where it changed. */
  readonly output?: Pair<unknown>;
  readonly durationMs: Pair<number | undefined>;
  readonly costPico: Pair<bigint | undefined>;
}

/** Of the first run, and of the second. */
export type Pair<Value> = readonly [first: Value, second: Value];

/** A run as it is stored, with its entries. */
export interface StoredRunHistory {
  readonly record: RunRecord;
  readonly entries: readonly JournalEntry[];
}

/** Compares two runs by what is stored of them; a runner's `diff` does so by their ids. */
export function diffRuns(first: StoredRunHistory, second: StoredRunHistory, serializer: Serializer): RunDiff {
  const [a, b] = [first.record, second.record];
  const same = a.status === b.status && a.output === b.output;
  const value = (text: string | undefined): unknown => (text === undefined ? undefined : serializer.parse(text));
  return {
    same,
    status: [a.status, b.status],
    ...(a.output === b.output ? {} : { output: [value(a.output), value(b.output)] }),
    durationMs: [lengthOf(a), lengthOf(b)],
    usage: [a.usage ?? NO_USAGE, b.usage ?? NO_USAGE],
    steps: diffSteps(first.entries, second.entries, value),
  };
}

function diffSteps(
  first: readonly JournalEntry[],
  second: readonly JournalEntry[],
  value: (text: string | undefined) => unknown,
): readonly StepDiff[] {
  const [before, after] = [byPath(first), byPath(second)];
  return [...new Set([...before.keys(), ...after.keys()])].map((path) => {
    const [a, b] = [before.get(path), after.get(path)];
    const changed = a !== undefined && b !== undefined && (a.status !== b.status || a.output !== b.output);
    return {
      path,
      kind: ((a ?? b) as JournalEntry).kind,
      change: a === undefined ? "only-second" : b === undefined ? "only-first" : changed ? "changed" : "same",
      ...(changed ? { output: [value(a.output), value(b.output)] as const } : {}),
      durationMs: [a && a.endedAt - a.startedAt, b && b.endedAt - b.startedAt],
      costPico: [costOf(a), costOf(b)],
    };
  });
}

function byPath(entries: readonly JournalEntry[]): ReadonlyMap<string, JournalEntry> {
  return new Map(entries.filter(({ kind }) => kind !== FORK).map((entry) => [entry.path, entry]));
}

/** Nothing was used where no model was called. */
function costOf(entry: JournalEntry | undefined): bigint | undefined {
  return entry && (entry.usage === undefined ? 0n : entry.usage.costPico);
}

function lengthOf({ createdAt, endedAt, updatedAt }: RunRecord): number {
  return (endedAt ?? updatedAt) - createdAt;
}
