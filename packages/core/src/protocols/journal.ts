import type { StandardSchema } from "@flujo/dsl";
import type { ContextPatch } from "./context-manager.ts";
import type { Codec, DurableHost } from "./durable-engine.ts";
import type { JournalEntry } from "./journal-entry.ts";
import type { Signal } from "./state-backend.ts";
import type { Outcome } from "./step-handler.ts";
import { type ServiceToken, token } from "./token.ts";
import type { Usage } from "./usage.ts";

/** Opens the journals of runs. */
export interface Journal {
  /**
   * @param host - where the run is driven: what it has recorded is found, and what settles is appended there
   * @param recorded - what is found in the place of what the host has recorded
   */
  open(host: DurableHost, recorded?: readonly JournalEntry[]): RunJournal;
}

export const Journal: ServiceToken<Journal> = token<Journal>("Journal");

/** What has been settled in one run, by path, as the holder of its lease sees it. */
export interface RunJournal {
  /** What a write was refused with, or failed with: nothing more can be settled in this drive. Absent while all is well. */
  readonly brokenBy: unknown;
  /** Whether decisions that are recorded are made again all the same, to see if they would be the same. */
  readonly decidesAgain: boolean;
  /** All that is recorded, in the order in which it was. */
  readonly entries: Iterable<JournalEntry>;
  find(path: string): JournalEntry | undefined;
  /** The newest checkpoint of the step whose children are entered at `base`, if one is recorded. */
  checkpointAt(base: string): JournalEntry | undefined;
  /** How many entries there are. */
  readonly size: number;
  /** What {@link isWorthFolding} is to be asked with, of a step that begins now. */
  readonly foldingMark: number;
  /** Whether an earlier drive recorded anything below `base` that this one has not come to yet. */
  isBehind(base: string): boolean;
  /** Whether so much was recorded since there were `mark` entries that it is worth one that stands for it. */
  isWorthFolding(mark: number): boolean;
  /** The outcome that an entry stands for, and what it changed in the context. */
  read(entry: JournalEntry): { readonly outcome: Outcome; readonly patches: readonly ContextPatch[] };
  /** The value of an answer to a question. */
  readAnswer(answer: Pick<Signal, "value">): unknown;
  /** How what an operation came to is written; an output that can't be recorded as it is becomes a failure at `path`. */
  codec(path: string): Codec<Settled>;
  /** The outcome itself if it can be recorded as it is, else the failure that stands in its place. */
  check(outcome: Outcome, path: string): Outcome;
  /**
   * Makes an outcome durable, and gives what stands from now on: a failure if it can't be recorded as it is. Pauses and
   * cancellations are not recorded.
   *
   * @throws {@link LeaseLostError}, or a `StateError` of the backend's: then the drive is over, and `brokenBy` is that error,
   * which every later call throws again
   */
  record(settlement: Settlement): Promise<Outcome>;
}

/** What an operation came to. */
export interface Settled {
  readonly outcome: Outcome;
  /** Where a plugin handed the input: which of the step's declared redirects. */
  readonly redirect?: number;
  /** What it changed in the context. */
  readonly patches: readonly ContextPatch[];
  readonly usage: Usage;
}

/** What is to be recorded of a node or a decision. */
export interface Settlement {
  readonly path: string;
  readonly kind: string;
  readonly name: string;
  readonly outcome: Outcome;
  readonly patches: readonly ContextPatch[];
  readonly attempts: number;
  readonly startedAt: number;
  /** When the next attempt may begin, in milliseconds since the epoch. */
  readonly retryAt?: number;
  /** Whether it stands for all that was recorded below it, so that it need not be read again. */
  readonly folds?: boolean;
  readonly usage?: Usage;
  /** What the output fits, where that is known: a serializer that compiles schemas may write it faster. */
  readonly schema?: StandardSchema | undefined;
}
