import { compactPatches } from "../context/compact-patches.ts";
import { completed } from "../errors/failure.ts";
import { CHECKPOINT } from "../journal/entry-kind.ts";
import type { ContextPatch } from "../protocols/context-manager.ts";
import type { Usage } from "../protocols/usage.ts";
import { without } from "../usage/usage-of.ts";
import type { Frame } from "./frame.ts";

/**
 * Lets a run that goes on begin in the midst of a step that runs others one after another, however many those were: what the
 * step has come to by then, what it changed and used, in one entry that stands for all before it.
 */
export class Checkpoints {
  readonly #base: string;
  readonly #frame: Frame;
  /** What the frame's books held when the step began. */
  readonly #usedBefore: Usage;
  /** What the step has changed by the last checkpoint, and how many changes the frame's line had then. */
  #patches: readonly ContextPatch[] = [];
  #changes: number;
  /** What was recorded of the run by the last one. */
  #mark: number;

  /** @param base - where the step's children are entered */
  constructor(base: string, frame: Frame) {
    this.#base = base;
    this.#frame = frame;
    this.#changes = frame.line.patches.length;
    this.#usedBefore = frame.ledger.usage;
    this.#mark = frame.run.journal.foldingMark;
  }

  /** Takes up the newest one. Undefined: the step begins at its beginning. */
  resume(): { readonly state: unknown } | undefined {
    const { run, line, ledger } = this.#frame;
    const entry = run.journal.checkpointAt(this.#base);
    if (entry === undefined) return undefined;
    const { outcome, patches } = run.journal.read(entry);
    if (patches.length > 0) line.replay(patches);
    if (entry.usage !== undefined) run.prices.replay(entry.usage, ledger);
    return outcome.status === "completed" ? { state: outcome.output } : undefined;
  }

  /** Records one, if it is worth it by now. @param position - a number of its own among those of the step */
  async pass(position: number, state: () => unknown): Promise<void> {
    const { run, line, ledger } = this.#frame;
    const { journal, clock } = run;
    // It folds what was recorded before it: there must not be anything yet of what comes after it.
    if (!journal.isWorthFolding(this.#mark) || journal.isBehind(this.#base)) return;
    const path = `${this.#base}:${CHECKPOINT}#${position}`;
    const outcome = completed(state());
    if (journal.check(outcome, path).status !== "completed") return;
    const facts = { kind: CHECKPOINT, name: CHECKPOINT, attempts: 1, startedAt: clock.now(), folds: true };
    this.#patches = compactPatches([...this.#patches, ...line.patches.slice(this.#changes)]);
    this.#changes = line.patches.length;
    const patches = this.#patches;
    await journal.record({ path, outcome, patches, usage: without(ledger.usage, this.#usedBefore), ...facts });
    this.#mark = journal.size;
  }
}
