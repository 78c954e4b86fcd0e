import { CHECKPOINT, FORK, PLAN } from "../journal/entry-kind.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { RunRecord, StoredError } from "../protocols/run-record.ts";
import type { Serializer } from "../protocols/serializer.ts";
import { NO_USAGE, type Usage } from "../protocols/usage.ts";

/** How two runs of one pipeline differ. */
export interface RunDiff {
  /** Whether they came to the same: status and output, the reason for which they failed, or what they wait for. */
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
  const value = (text: string | undefined): unknown => (text === undefined ? undefined : serializer.parse(text));
  return {
    same:
      a.status === b.status &&
      a.output === b.output &&
      isSameReason(a.error, b.error, serializer) &&
      questionsOf(a) === questionsOf(b),
    status: [a.status, b.status],
    ...(a.output === b.output ? {} : { output: [value(a.output), value(b.output)] }),
    durationMs: [lengthOf(a), lengthOf(b)],
    usage: [a.usage ?? NO_USAGE, b.usage ?? NO_USAGE],
    steps: diffSteps(first.entries, second.entries, serializer),
  };
}

function diffSteps(
  first: readonly JournalEntry[],
  second: readonly JournalEntry[],
  serializer: Serializer,
): readonly StepDiff[] {
  const value = (text: string | undefined): unknown => (text === undefined ? undefined : serializer.parse(text));
  const [before, after] = [byPath(first), byPath(second)];
  return [...new Set([...before.keys(), ...after.keys()])].map((path) => {
    const [a, b] = [before.get(path), after.get(path)];
    const changed =
      a !== undefined &&
      b !== undefined &&
      (a.status !== b.status || a.output !== b.output || !isSameReason(a.error, b.error, serializer));
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

/** What says how a run was driven, and not what became of it. */
const ASIDE: ReadonlySet<string> = new Set([FORK, CHECKPOINT, PLAN]);

function byPath(entries: readonly JournalEntry[]): ReadonlyMap<string, JournalEntry> {
  return new Map(entries.filter(({ kind }) => !ASIDE.has(kind)).map((entry) => [entry.path, entry]));
}

/** What failed for another reason came to something else. Where in the code it did, and by what it was caused, says nothing of that. */
function isSameReason(first: string | undefined, second: string | undefined, serializer: Serializer): boolean {
  if (first === second) return true;
  if (first === undefined || second === undefined) return false;
  const [a, b] = [serializer.parse(first), serializer.parse(second)] as readonly [StoredError, StoredError];
  return a.code === b.code && a.message === b.message;
}

function questionsOf({ status, awaiting }: RunRecord): string {
  return status === "paused" ? JSON.stringify(awaiting.map(({ path }) => path)) : "";
}

/** Nothing was used where no model was called. */
function costOf(entry: JournalEntry | undefined): bigint | undefined {
  return entry && (entry.usage === undefined ? 0n : entry.usage.costPico);
}

function lengthOf({ createdAt, endedAt, updatedAt }: RunRecord): number {
  return (endedAt ?? updatedAt) - createdAt;
}
