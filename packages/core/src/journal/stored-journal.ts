import { type FlujoError, type StandardSchema, toJsonSchema } from "@flujo/dsl";
import { completed } from "../errors/failure.ts";
import { RecordedError, toStoredError } from "../errors/recorded-error.ts";
import type { Clock } from "../protocols/clock.ts";
import type { ContextPatch } from "../protocols/context-manager.ts";
import type { Codec, DurableHost } from "../protocols/durable-engine.ts";
import { SerializationError } from "../protocols/errors/serialization-error.ts";
import { BELOW, foldedNodeOf, isBelow } from "../protocols/folding.ts";
import type { Journal, RunJournal, Settled, Settlement } from "../protocols/journal.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { StoredError } from "../protocols/run-record.ts";
import type { Serializer } from "../protocols/serializer.ts";
import type { Signal } from "../protocols/state-backend.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import { CHECKPOINT, FORK, PLAN } from "./entry-kind.ts";
import { settledCodec } from "./settled-codec.ts";
import { isOmission } from "./step-reports.ts";

const FOLD_AT = 500;

type Mutable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

/** Writes an output that fits a schema, if that is known. */
type Write = (output: unknown, schema: StandardSchema | undefined) => string;

export interface StoredJournalParts {
  readonly serializer: Serializer;
  readonly clock: Pick<Clock, "now">;
  /**
   * How many entries are recorded of a step before one is to stand for them all. What going on with a run has to read is bounded by it.
   * Default 500.
   */
  readonly foldAt?: number;
}

/** Journals that are written as text, where their runs are hosted. */
export class StoredJournal implements Journal {
  readonly #parts: StoredJournalParts;
  readonly #write: Write;

  constructor(parts: StoredJournalParts) {
    this.#parts = parts;
    this.#write = writerOf(parts.serializer);
  }

  open(host: DurableHost, recorded: readonly JournalEntry[] = host.recorded): RunJournal {
    return new StoredRunJournal(this.#parts, this.#write, host, recorded);
  }
}

/**
 * What has been settled in one run, by path.
 *
 * Invariants (the numbers are those of docs/durability.md):
 * 1. What is recorded at a path stands: it is found by every later drive and never written again.
 * 3. `record` resolves once the entry is durable, so nothing downstream sees an outcome that a crash can undo.
 * 4. An entry is written under the lease that this driver holds; if that is lost, `record` rejects and the drive ends.
 * 7. An entry is whole or not there; only a completed node's context changes are in it.
 * 8. What can't be carried faithfully is refused here, as the failure of the step that made it.
 */
class StoredRunJournal implements RunJournal {
  readonly decidesAgain = false;
  readonly #host: Pick<DurableHost, "append">;
  readonly #write: Write;
  readonly #serializer: Serializer;
  readonly #clock: Pick<Clock, "now">;
  readonly #entries: Map<string, JournalEntry>;
  readonly #goesOn: boolean;
  /** The paths of what earlier drives recorded and this one has not come to. */
  readonly #ahead: Set<string>;
  /** By where the children of the step are entered. */
  readonly #checkpoints = new Map<string, JournalEntry>();
  readonly #foldAt: number;
  #mayFold = true;
  #brokenBy: unknown;

  constructor(
    { serializer, clock, foldAt = FOLD_AT }: StoredJournalParts,
    write: Write,
    host: DurableHost,
    recorded: readonly JournalEntry[],
  ) {
    this.#write = write;
    this.#serializer = serializer;
    this.#clock = clock;
    this.#host = host;
    this.#foldAt = foldAt;
    this.#entries = new Map(recorded.map((entry) => [entry.path, entry]));
    this.#ahead = new Set(this.#entries.keys());
    this.#goesOn = recorded.length > 0;
    for (const entry of recorded) this.#note(entry);
  }

  get brokenBy(): unknown {
    return this.#brokenBy;
  }

  get entries(): Iterable<JournalEntry> {
    return this.#entries.values();
  }

  checkpointAt(base: string): JournalEntry | undefined {
    return this.#checkpoints.get(base);
  }

  get size(): number {
    return this.#entries.size;
  }

  get foldingMark(): number {
    // In a drive that goes on, what a step has recorded in earlier ones can't be told from the rest.
    return this.#goesOn ? 0 : this.#entries.size;
  }

  isBehind(base: string): boolean {
    for (const path of this.#ahead) {
      if (isBelow(path, base) && !this.#isStoodFor(path)) return true;
    }
    return false;
  }

  /** Whether this drive has come to something that stands for what is recorded at a path. */
  #isStoodFor(path: string): boolean {
    for (let at = 0; at < path.length; at++) {
      if (!BELOW.includes(path[at] as string)) continue;
      const around = path.slice(0, at);
      if (this.#entries.has(around) && !this.#ahead.has(around)) return true;
    }
    return false;
  }

  isWorthFolding(mark: number): boolean {
    return this.#mayFold && this.#entries.size - mark >= this.#foldAt;
  }

  find(path: string): JournalEntry | undefined {
    if (this.#ahead.size > 0) this.#ahead.delete(path);
    return this.#entries.get(path);
  }

  read(entry: JournalEntry): { readonly outcome: Outcome; readonly patches: readonly ContextPatch[] } {
    return {
      outcome:
        entry.status === "completed"
          ? completed(this.#serializer.parse(entry.output as string))
          : { status: "failed", error: this.#readError(entry.error as string) },
      patches: entry.patches === undefined ? [] : (this.#serializer.parse(entry.patches) as readonly ContextPatch[]),
    };
  }

  readAnswer({ value }: Pick<Signal, "value">): unknown {
    return this.#serializer.parse(value);
  }

  codec(path: string): Codec<Settled> {
    return settledCodec(this.#serializer, (outcome) => this.check(outcome, path));
  }

  check(outcome: Outcome, path: string): Outcome {
    return outcome.status === "completed" ? this.#recordable(outcome, path, []).outcome : outcome;
  }

  async record(settlement: Settlement): Promise<Outcome> {
    const { outcome, path, kind, name, patches, attempts, startedAt, usage, schema, retryAt, folds } = settlement;
    if (outcome.status === "paused" || outcome.status === "cancelled") return outcome;
    if (this.#brokenBy !== undefined) throw this.#brokenBy;
    const stands = this.#recordable(outcome, path, patches, schema);
    const { status } = stands.outcome as typeof outcome;
    const entry: Mutable<JournalEntry> = { path, kind, name, status, attempts, startedAt, endedAt: this.#clock.now() };
    // Set one by one, since spreads cost several times as much on this path.
    const { output, error, patches: changes } = stands.text;
    if (output !== undefined) entry.output = output;
    if (error !== undefined) entry.error = error;
    if (changes !== undefined) entry.patches = changes;
    if (usage !== undefined && usage.requests > 0) entry.usage = usage;
    if (retryAt !== undefined) entry.retryAt = retryAt;
    if (folds === true) entry.folds = true;
    try {
      await this.#host.append(entry);
    } catch (error) {
      this.#brokenBy ??= error;
      throw this.#brokenBy;
    }
    this.#entries.set(entry.path, entry);
    this.#note(entry);
    return stands.outcome;
  }

  #note(entry: JournalEntry): void {
    const { kind, path } = entry;
    if (kind === CHECKPOINT) {
      this.#checkpoints.set(foldedNodeOf(path), entry);
      this.#ahead.delete(path);
    }
    // What these say of a run would be missed if it were not read again.
    else if (kind === FORK || kind === PLAN || isOmission(entry)) this.#mayFold = false;
  }

  #recordable(
    outcome: Extract<Outcome, { readonly status: "completed" | "failed" }>,
    path: string,
    patches: readonly ContextPatch[],
    schema?: StandardSchema,
  ): { readonly outcome: Outcome; readonly text: Pick<JournalEntry, "output" | "error" | "patches"> } {
    if (outcome.status === "failed") return { outcome, text: { error: this.#writeError(outcome.error) } };
    try {
      const output = this.#write(outcome.output, schema);
      return {
        outcome,
        text: patches.length === 0 ? { output } : { output, patches: this.#serializer.stringify(patches) },
      };
    } catch (thrown) {
      if (!(thrown instanceof SerializationError)) throw thrown;
      const error = new SerializationError(thrown.property.replace(/^value/, "output"), thrown.why, {
        path,
        cause: thrown.cause,
      });
      return { outcome: { status: "failed", error }, text: { error: this.#writeError(error) } };
    }
  }

  #writeError(error: FlujoError): string {
    return this.#serializer.stringify(toStoredError(error, (value) => this.#serializer.stringify(value)));
  }

  #readError(text: string): FlujoError {
    return new RecordedError(this.#serializer.parse(text) as StoredError);
  }
}

/** What compiling a schema takes is spent once, when the first output of it is written. */
function writerOf(serializer: Serializer): Write {
  if (serializer.compile === undefined) return (output) => serializer.stringify(output);
  const plain = (output: unknown): string => serializer.stringify(output);
  const compiled = new WeakMap<StandardSchema, (output: unknown) => string>();
  return (output, schema) => {
    if (schema === undefined) return plain(output);
    let write = compiled.get(schema);
    if (write === undefined) {
      const json = toJsonSchema(schema, "output");
      write = json === undefined ? plain : (serializer.compile?.(json) ?? plain);
      compiled.set(schema, write);
    }
    return write(output);
  };
}
