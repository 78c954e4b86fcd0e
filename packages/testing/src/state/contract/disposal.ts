import type { StateBackend } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import type { OpenBackend } from "./opened-backend.ts";
import { createLeased, LEASE_MS, MOMENT, sampleEnding, sampleEntry, sampleRun } from "./samples.ts";

/** A backend that was disposed of stays so, and says so. */
export function describeDisposal(open: OpenBackend): void {
  describe("once disposed of:", () => {
    test("can be disposed of again", async () => {
      const { backend } = await open();
      await createLeased(backend, "run");
      await backend[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
    });

    const held = { runId: "run", epoch: 1 };
    const calls: { readonly [Name in keyof StateBackend]?: (backend: StateBackend) => Promise<unknown> } = {
      createRun: (backend) => backend.createRun(sampleRun("another")),
      getRun: (backend) => backend.getRun("run"),
      listRuns: (backend) => backend.listRuns(),
      acquireLease: (backend) => backend.acquireLease("run", LEASE_MS),
      renewLease: (backend) => backend.renewLease(held, LEASE_MS),
      releaseLease: (backend) => backend.releaseLease(held),
      readEntries: (backend) => backend.readEntries("run"),
      appendEntries: (backend) => backend.appendEntries(held, [sampleEntry("late")]),
      endRun: (backend) => backend.endRun(held, sampleEnding()),
      putSignal: (backend) => backend.putSignal("run", { path: "approve", value: "1", at: MOMENT }),
      deleteRuns: (backend) => backend.deleteRuns({ endedBefore: MOMENT }),
      readSignals: (backend) => backend.readSignals("run"),
    };

    test.each(Object.entries(calls))("answers %s with a StateError", async (_, call) => {
      const { backend } = await open();
      expect(await createLeased(backend, "run")).toStrictEqual(held);
      await backend[Symbol.asyncDispose]();
      await expect(call(backend)).rejects.toMatchObject({ code: "state" });
    });
  });
}
