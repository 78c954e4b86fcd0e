import { join } from "node:path";
import { FileStateBackend } from "@flujo/core";
import { type JournalEntry, type Lease, LeaseLostError } from "@flujo/core/protocols";
import { demandingProgram } from "@flujo/testing/crash";

const LONG_MS = 7_200_000;
/** By which nobody's lease lasts any more. */
const laterClock = { now: (): number => Date.now() + LONG_MS };

/** Lets a driver write on whose lease somebody else has taken. */
class UnfencedBackend extends FileStateBackend {
  readonly #folder: string;

  constructor(folder: string) {
    super({ folder, durability: "normal" });
    this.#folder = folder;
  }

  override async appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
    try {
      await super.appendEntries(lease, entries);
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error;
      const thief = new FileStateBackend({ folder: this.#folder, durability: "normal", clock: laterClock });
      const stolen = await thief.acquireLease(lease.runId, 60_000);
      if (stolen === undefined) throw error;
      await thief.appendEntries(stolen, entries);
    }
  }

  override async renewLease(): Promise<boolean> {
    return true;
  }
}

export default demandingProgram((folder) => new UnfencedBackend(join(folder, "runs")));
