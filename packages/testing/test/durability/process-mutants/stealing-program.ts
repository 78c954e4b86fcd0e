import { join } from "node:path";
import { FileStateBackend } from "@flujo/core";
import type { Lease } from "@flujo/core/protocols";
import { demandingProgram } from "@flujo/testing/crash";

const INSTANT_MS = 0.001;

/** Gives each run to whoever asks, whether somebody has it or not. */
class StealingBackend extends FileStateBackend {
  override acquireLease(runId: string): Promise<Lease | undefined> {
    return super.acquireLease(runId, INSTANT_MS);
  }
}

export default demandingProgram(
  (folder) => new StealingBackend({ folder: join(folder, "runs"), durability: "normal" }),
);
