import { MemoryStateBackend } from "@flujo/core";
import { type JournalEntry, type Lease, type RunEnding, StateError } from "@flujo/core/protocols";

/** A store that outlives its process: `crashAfter(n)` ends the process (every later write fails) after n more writes. */
export class CrashingBackend extends MemoryStateBackend {
  #writesLeft = Infinity;

  crashAfter(writes: number): void {
    this.#writesLeft = writes;
  }

  override async appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
    this.#spend();
    await super.appendEntries(lease, entries);
  }

  override async endRun(lease: Lease, ending: RunEnding): Promise<boolean> {
    this.#spend();
    return super.endRun(lease, ending);
  }

  #spend(): void {
    if (--this.#writesLeft < 0) throw new StateError("the process is dead");
  }

  /** Stays open: it stands for the disk, not for a connection. */
  override async [Symbol.asyncDispose](): Promise<void> {}
}
