import { allChanges, type Misfit } from "./fit/fitted.ts";
import { Fitter } from "./fit/fitter.ts";
import { plainValue } from "./fit/plain-value.ts";
import type { Outcome } from "./outcome.ts";
import type { RepairKind } from "./repair-kinds.ts";
import type { RepairFailureReason } from "./repair-result.ts";
import { canonicalJson } from "./schema/canonical-json.ts";
import type { RepairIssue } from "./schema/check-json.ts";
import { pointerTo } from "./schema/pointer.ts";
import type { Shapes } from "./schema/shapes.ts";
import { skipSpace } from "./text/characters.ts";
import type { Candidate } from "./text/find-candidates.ts";
import type { Reading } from "./text/reading.ts";
import { readingsAt } from "./text/readings.ts";

/** Asks the schema for its opinion of a value: no issues, and it is accepted. */
export type Asking = Generator<unknown, Verdict, readonly RepairIssue[]>;

/** What became of one candidate. */
export type Verdict = { readonly outcome: Outcome } | Refusal;

export interface Refusal {
  readonly outcome?: undefined;
  readonly reason: RepairFailureReason;
  readonly issues: readonly RepairIssue[];
  readonly best?: unknown;
  /** Whether it repeats what was asked for, and is no try at an answer. */
  readonly isEcho?: boolean;
}

/** As likely as another reading, or nearly: then neither is sure. */
const RIVALRY = 1;

/** Slips that move values from one bracket to another, if they are read wrongly. */
const MOVING: readonly RepairKind[] = [
  "missing-closer",
  "wrong-closer",
  "extra-closer",
  "missing-quote",
  "missing-opener",
];

/** Makes a candidate's readings fit, and takes the likeliest that the schema accepts, if no other comes near it. */
export function* judge(candidate: Candidate, shapes: Shapes | undefined, maxDepth: number): Asking {
  const outcomes: Outcome[] = [];
  let problem: Refusal | undefined;
  for (const reading of candidate.readings) {
    const fit = fitReading(reading, shapes, maxDepth);
    if (fit.ok) outcomes.push({ candidate, reading, fit, weight: reading.edits + fit.cost });
    else problem ??= refusal(fit, reading);
  }
  outcomes.sort((a, b) => a.weight - b.weight);
  let accepted: Outcome | undefined;
  let doubtful: Outcome | undefined;
  for (const outcome of outcomes) {
    const isDoubtful = doubtOf(outcome, shapes) !== undefined || mayBeMoved(outcome);
    if (isDoubtful) {
      doubtful ??= outcome;
      continue;
    }
    if (accepted !== undefined && outcome.weight > accepted.weight + RIVALRY) break;
    if (accepted !== undefined && isSame(accepted, outcome)) continue;
    const issues = yield outcome.fit.value;
    if (issues.length > 0) problem ??= { reason: "schema", issues, best: outcome.fit.value };
    else if (accepted === undefined) accepted = outcome;
    else return ambiguous("it can be read in two ways", accepted);
  }
  if (accepted !== undefined) {
    if (stopsShort(accepted)) return ambiguous("what comes after it may be part of it", accepted);
    const isSure = doubtful === undefined || accepted.weight <= doubtful.weight;
    return isSure ? { outcome: accepted } : ambiguous("it can be read in two ways", accepted);
  }
  if (doubtful !== undefined)
    return ambiguous(doubtOf(doubtful, shapes) ?? "values may belong to another object", doubtful);
  return problem ?? { reason: "no-json", issues: [] };
}

/** Whether another reading goes on where this one has come to its end: then the rest is no prose. */
function stopsShort({ candidate, reading }: Outcome): boolean {
  return candidate.readings.some(({ end, doubt }) => end > reading.end && doubt === undefined);
}

function doubtOf({ reading }: Outcome, shapes: Shapes | undefined): string | undefined {
  return reading.doubt ?? (shapes === undefined ? reading.doubtWithoutSchema : undefined);
}

function fitReading(reading: Reading, shapes: Shapes | undefined, maxDepth: number): ReturnType<Fitter["fit"]> {
  if (shapes === undefined) return plainValue(reading.root, undefined);
  return new Fitter(shapes, (text) => readWhole(text, maxDepth)).fit(reading.root, shapes.document.root, undefined);
}

/** For JSON within a text: only if it is whole, and can be read in one way. */
function readWhole(text: string, maxDepth: number): Reading | undefined {
  const start = skipSpace(text, 0, text.length);
  const { readings } = readingsAt(text, start, { end: text.length, maxDepth });
  const [reading] = readings;
  if (readings.length !== 1 || reading === undefined || reading.doubt !== undefined) return undefined;
  if (skipSpace(text, reading.end, text.length) < text.length) return undefined;
  return reading.changes.some(({ kind }) => kind === "truncated") ? undefined : reading;
}

/** What the schema has to say where values have come to stand in the wrong place. */
const MISPLACED: readonly RepairKind[] = [
  ...([
    "extra-key",
    "wrapped-in-list",
    "wrapped-in-object",
    "unwrapped",
    "joined",
    "null-as-absent",
    "duplicate-key",
  ] as const),
];

/** Whether brackets that were read wrongly may have moved values to where they do not belong. */
function mayBeMoved({ reading, fit }: Outcome): boolean {
  const done = new Set(reading.changes.map(({ kind }) => kind));
  const isUnclosed = MOVING.some((kind) => done.has(kind));
  const isRemade = done.has("joined") || allChanges(fit).some(({ kind }) => MISPLACED.includes(kind));
  // The brackets of a text without quotes may be its own.
  if (isRemade && done.has("bare-text")) return true;
  if (isUnclosed && done.has("missing-comma")) return true;
  if (done.has("missing-quote") && allChanges(fit).some(({ kind }) => kind === "choice-decorated")) return true;
  // A text that goes over several lines may have swallowed some of them.
  if (done.has("missing-quote") && done.has("control-character")) return true;
  return isUnclosed && (isRemade || fit.hasUnnamedKeys);
}

export function isSame(a: Outcome, b: Outcome): boolean {
  return canonicalJson(a.fit.value) === canonicalJson(b.fit.value);
}

export function ambiguous(message: string, best: Outcome): Refusal {
  return { reason: "ambiguous", issues: [{ path: "", message }], best: best.fit.value };
}

function refusal({ place, message, isAmbiguous, isTruncated }: Misfit, reading: Reading): Refusal {
  const reason = isAmbiguous ? "ambiguous" : isTruncated ? "truncated" : "schema";
  const shown = plainValue(reading.root, undefined, true);
  const best = shown.ok ? { best: shown.value } : {};
  return { reason, issues: [{ path: pointerTo(place), message }], ...best };
}
