import type { Lease, StateBackend } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import type { OpenBackend, OpenedBackend } from "./opened-backend.ts";
import { createLeased, LEASE_MS, lease, sampleEnding, sampleEntry, samplePause } from "./samples.ts";

type Situation = (opened: OpenedBackend) => Promise<Lease>;

/** How a driver comes to write with a lease that is no longer good. Each leaves a run called `run` behind. */
const SITUATIONS: Readonly<Record<string, Situation>> = {
  "was lost to another driver": async ({ backend, clock }) => {
    const lost = await createLeased(backend, "run");
    await backend.appendEntries(lost, [sampleEntry("first")]);
    clock.advance(LEASE_MS);
    await lease(backend, "run");
    return lost;
  },
  "was lost to a driver that is gone too": async ({ backend, clock }) => {
    const lost = await createLeased(backend, "run");
    clock.advance(LEASE_MS);
    await backend.releaseLease(await lease(backend, "run"));
    return lost;
  },
  "was given back": async ({ backend }) => {
    const returned = await createLeased(backend, "run");
    await backend.releaseLease(returned);
    return returned;
  },
  "ended with its run": async ({ backend }) => {
    const ended = await createLeased(backend, "run");
    await backend.endRun(ended, sampleEnding());
    return ended;
  },
  "ended with a pause": async ({ backend }) => {
    const paused = await createLeased(backend, "run");
    await backend.endRun(paused, samplePause("approve"));
    return paused;
  },
  "was never given": async ({ backend }) => {
    const held = await createLeased(backend, "run");
    return { runId: "run", epoch: held.epoch + 1 };
  },
  "is of a run that nobody created": async () => ({ runId: "nobody", epoch: 1 }),
};

/** A driver that lost its run can't write to it any more, whatever it believes. */
export function describeFencing(open: OpenBackend): void {
  describe.each(Object.entries(SITUATIONS))("refuses every write with a lease that %s:", (_, arrange) => {
    const writes: Readonly<Record<string, (backend: StateBackend, lease: Lease) => Promise<unknown>>> = {
      "an entry": (backend, stale) => backend.appendEntries(stale, [sampleEntry("late")]),
      "several entries": (backend, stale) => backend.appendEntries(stale, [sampleEntry("late"), sampleEntry("later")]),
      "no entries": (backend, stale) => backend.appendEntries(stale, []),
      "an ending": (backend, stale) => backend.endRun(stale, sampleEnding({ status: "failed", error: `"late"` })),
      "a pause": (backend, stale) => backend.endRun(stale, samplePause("late")),
    };

    test.each(Object.entries(writes))("%s", async (_, write) => {
      const opened = await open();
      const { backend } = opened;
      const stale = await arrange(opened);
      const runBefore = await backend.getRun("run");
      const entriesBefore = await backend.readEntries("run");
      await expect(write(backend, stale)).rejects.toMatchObject({ code: "lease_lost", runId: stale.runId });
      expect(await backend.getRun("run")).toStrictEqual(runBefore);
      expect(await backend.readEntries("run")).toStrictEqual(entriesBefore);
      expect(await backend.getRun("nobody")).toBeUndefined();
    });
  });

  describe("lets a driver write", () => {
    test("past the end of its time, as long as nobody else took the run", async () => {
      const { backend, clock } = await open();
      const held = await createLeased(backend, "run");
      clock.advance(LEASE_MS * 2);
      await backend.appendEntries(held, [sampleEntry("late")]);
      expect(await backend.readEntries("run")).toHaveLength(1);
      expect(await backend.endRun(held, sampleEnding())).toBe(true);
    });

    test("and refuses the others of 20 whose leases came before", async () => {
      const { backend, clock } = await open();
      const leases = [await createLeased(backend, "run")];
      while (leases.length < 20) {
        clock.advance(LEASE_MS);
        leases.push(await lease(backend, "run"));
      }
      const writes = await Promise.allSettled(
        leases.map((held) => backend.appendEntries(held, [sampleEntry(`by ${held.epoch}`)])),
      );
      expect(writes.map((write) => write.status)).toStrictEqual([...Array(19).fill("rejected"), "fulfilled"]);
      expect((await backend.readEntries("run")).map((entry) => entry.path)).toStrictEqual(["by 20"]);
    });
  });
}
