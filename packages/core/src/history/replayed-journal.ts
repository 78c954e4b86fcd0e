import type { ContextPatch } from "../protocols/context-manager.ts";
import type { Codec } from "../protocols/durable-engine.ts";
import type { RunJournal, Settled, Settlement } from "../protocols/journal.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { Serializer } from "../protocols/serializer.ts";
import type { Signal } from "../protocols/state-backend.ts";
import type { Outcome } from "../protocols/step-handler.ts";
import { Divergence } from "./divergence.ts";

/**
 * A run's journal for walking the run again: leaves are found in it, so that nothing of them runs; what is in them, the
 * composites and decisions, is made again and held against what was recorded.
 */
export class ReplayedJournal implements RunJournal {
  readonly decidesAgain = true;
  readonly #recorded: RunJournal;
  readonly #serializer: Serializer;
  readonly #isLeaf: (path: string) => boolean;
  /** The paths below which something is recorded. */
  readonly #around: ReadonlySet<string>;
  #divergence: Divergence | undefined;

  /** @param isLeaf - whether the step at a path has no steps in it that could be walked through */
  constructor(
    recorded: RunJournal,
    { serializer, isLeaf }: { readonly serializer: Serializer; readonly isLeaf: (path: string) => boolean },
  ) {
    this.#recorded = recorded;
    this.#serializer = serializer;
    this.#isLeaf = isLeaf;
    this.#around = new Set([...recorded.entries].flatMap(({ path }) => ancestorsOf(path)));
  }

  /** The first place at which the walk was not as the run. */
  get brokenBy(): Divergence | undefined {
    return this.#divergence;
  }

  get entries(): Iterable<JournalEntry> {
    return this.#recorded.entries;
  }

  get size(): number {
    return this.#recorded.size;
  }

  checkpointAt(): undefined {
    return undefined;
  }

  get foldingMark(): number {
    return this.size;
  }

  isBehind(): boolean {
    return false;
  }

  isWorthFolding(): boolean {
    return false;
  }

  find(path: string): JournalEntry | undefined {
    // What has something below it is walked through, and then compared.
    return this.#around.has(path) && !this.#isLeaf(path) ? undefined : this.#recorded.find(path);
  }

  read(entry: JournalEntry): { readonly outcome: Outcome; readonly patches: readonly ContextPatch[] } {
    return this.#recorded.read(entry);
  }

  readAnswer(answer: Pick<Signal, "value">): unknown {
    return this.#recorded.readAnswer(answer);
  }

  codec(path: string): Codec<Settled> {
    return this.#recorded.codec(path);
  }

  check(outcome: Outcome, path: string): Outcome {
    return this.#recorded.check(outcome, path);
  }

  async record({ path, outcome, patches }: Settlement): Promise<Outcome> {
    if (this.#divergence !== undefined) throw this.#divergence;
    if (outcome.status === "paused" || outcome.status === "cancelled") return outcome;
    const entry = this.#recorded.find(path);
    if (entry === undefined) throw this.diverge(path, "settled", undefined, summaryOf(outcome));
    const recorded = this.#recorded.read(entry);
    if (!this.#isSame(recorded.outcome, outcome)) {
      throw this.diverge(path, "outcome", summaryOf(recorded.outcome), summaryOf(outcome));
    }
    if (this.#text(recorded.patches) !== this.#text(patches)) {
      throw this.diverge(path, "context", recorded.patches, patches);
    }
    return recorded.outcome;
  }

  /** Notes the first difference, which ends the walk. */
  diverge(path: string, what: Divergence["what"], recorded: unknown, replayed: unknown): Divergence {
    this.#divergence ??= new Divergence(path, what, recorded, replayed);
    return this.#divergence;
  }

  #isSame(recorded: Outcome, replayed: Outcome): boolean {
    if (recorded.status === "completed" && replayed.status === "completed") {
      return this.#text(recorded.output) === this.#text(replayed.output);
    }
    return recorded.status === "failed" && replayed.status === "failed" && recorded.error.code === replayed.error.code;
  }

  #text(value: unknown): string {
    return this.#serializer.stringify(value);
  }
}

/** What is told of an outcome that is not as it was. */
export function summaryOf(outcome: Outcome): unknown {
  if (outcome.status === "completed") return outcome.output;
  return outcome.status === "failed" ? { error: outcome.error.code, message: outcome.error.message } : outcome.status;
}

/** The paths of all that the step may be in of which something is recorded at `path`: `a[b]#1/c:on` is in `a[b]#1`, `a[b]`, `a`. */
function ancestorsOf(path: string): readonly string[] {
  const [step = ""] = path.split(":");
  return [...step.matchAll(/[/[#@!]/g)].map(({ index }) => step.slice(0, index)).filter((ancestor) => ancestor !== "");
}
