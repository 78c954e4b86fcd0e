import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { FileStateBackend } from "@flujo/core";
import type { JournalEntry, Lease } from "@flujo/core/protocols";
import type { CrashProgram } from "@flujo/testing/crash";
import { slowSteps } from "./slow-steps.ts";

/** Says that entries are stored some time before they are. */
class HastyBackend extends FileStateBackend {
  #underway: Promise<unknown> = Promise.resolve();

  override async appendEntries(lease: Lease, entries: readonly JournalEntry[]): Promise<void> {
    this.#underway = this.#underway.then(() => wait(20)).then(() => super.appendEntries(lease, entries));
    this.#underway.catch(() => undefined);
  }

  override async endRun(...ending: Parameters<FileStateBackend["endRun"]>): Promise<boolean> {
    await this.#underway;
    return super.endRun(...ending);
  }
}

export default {
  pipeline: slowSteps,
  input: 0,
  open: (folder) => new HastyBackend({ folder: join(folder, "runs"), durability: "normal" }),
} satisfies CrashProgram<number, number, unknown>;
