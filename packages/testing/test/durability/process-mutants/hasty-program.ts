import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { FileStateBackend } from "@flujo/core";
import type { JournalEntry, Lease } from "@flujo/core/protocols";
import { demandingProgram } from "@flujo/testing/crash";

/** Says that entries are stored some time before they are. */
class HastyBackend extends FileStateBackend {
  #underway: Promise<unknown> = Promise.resolve();

  override async appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
    this.#underway = this.#underway.then(() => wait(10)).then(() => super.appendEntries(lease, entries));
    this.#underway.catch(() => undefined);
    // Nobody makes more of them than there is room for.
    await wait(1);
  }

  override async endRun(...ending: Parameters<FileStateBackend["endRun"]>): Promise<boolean> {
    await this.#underway;
    return super.endRun(...ending);
  }
}

export default demandingProgram((folder) => new HastyBackend({ folder: join(folder, "runs"), durability: "normal" }));
