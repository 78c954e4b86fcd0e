import type { Lease } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import type { ShareBackend } from "./opened-backend.ts";
import { createLeased, LEASE_MS, lease, MOMENT, sampleEnding, sampleEntry, samplePause, sampleRun } from "./samples.ts";

const HOURS = 5 * 3_600_000;

/** Two backends on one store, as two processes or hosts have it, each with a clock of its own. */
export function describeSharing(share: ShareBackend): void {
  describe("shares its store:", () => {
    test("what one wrote, the other reads", async () => {
      const [one, other] = await share();
      const held = await createLeased(one.backend, "run");
      await one.backend.appendEntries(held, [sampleEntry("n/a"), sampleEntry("n", { folds: true })]);
      await other.backend.putSignal("run", { path: "approve", value: "1", at: MOMENT });
      expect(await other.backend.readEntries("run")).toHaveLength(2);
      expect(await other.backend.readEntries("run", { unfolded: true })).toHaveLength(1);
      expect(await one.backend.endRun(held, samplePause("approve"))).toBe(false);
      expect(await one.backend.endRun(held, sampleEnding())).toBe(true);
      expect((await other.backend.listRuns({ status: ["completed"] })).runs).toHaveLength(1);
      expect(await other.backend.deleteRuns({ endedBefore: MOMENT + HOURS })).toBe(1);
      expect(await one.backend.getRun("run")).toBeUndefined();
      expect(await one.backend.createRun(sampleRun("run"))).toBe(true);
      expect(await other.backend.readEntries("run")).toStrictEqual([]);
    });

    test("one of 100 who ask both for the same run gets it", async () => {
      const both = await share();
      await both[0].backend.createRun(sampleRun("run"));
      const asked = Array.from({ length: 100 }, (_, index) =>
        (both[index % 2] ?? both[0]).backend.acquireLease("run", LEASE_MS),
      );
      expect((await Promise.all(asked)).filter((given) => given !== undefined)).toHaveLength(1);
    });

    test("of one that renews its lease too late and one that takes it, one wins", async () => {
      const [one, other] = await share();
      for (let round = 0; round < 10; round++) {
        const held = await createLeased(one.backend, `run ${round}`);
        for (const { clock } of [one, other]) clock.advance(LEASE_MS);
        const take = (): Promise<Lease | undefined> => other.backend.acquireLease(held.runId, LEASE_MS);
        const early = round % 2 === 0 ? take() : undefined;
        const [renewed, taken] = await Promise.all([one.backend.renewLease(held, LEASE_MS), early ?? take()]);
        expect(renewed).toBe(taken === undefined);
      }
    });

    test("a lease is free once it is given back, whatever the clocks say", async () => {
      const [one, other] = await share();
      one.clock.advance(HOURS);
      const held = await createLeased(one.backend, "run");
      expect(await other.backend.acquireLease("run", LEASE_MS)).toBeUndefined();
      await one.backend.releaseLease(held);
      expect(await other.backend.acquireLease("run", LEASE_MS)).toMatchObject({ epoch: 2 });
    });

    test("a lease of one whose clock is ahead is kept for no longer than its time and the difference", async () => {
      const [one, other] = await share();
      one.clock.advance(HOURS);
      await createLeased(one.backend, "run");
      other.clock.advance(HOURS);
      expect(await other.backend.acquireLease("run", LEASE_MS)).toBeUndefined();
      other.clock.advance(LEASE_MS);
      expect(await other.backend.acquireLease("run", LEASE_MS)).toMatchObject({ epoch: 2 });
    });

    test("one whose clock is ahead may take a run too soon: then the other writes nothing more, and nothing is there twice", async () => {
      const [one, other] = await share();
      other.clock.advance(HOURS);
      const held = await createLeased(one.backend, "run");
      await one.backend.appendEntries(held, [sampleEntry("a")]);
      const taken = await other.backend.acquireLease("run", LEASE_MS);
      const [driver, late, stale] = taken === undefined ? [one, other, undefined] : [other, one, held];
      const driving: Lease = taken ?? held;
      if (stale) {
        const refused = { code: "lease_lost", runId: "run" };
        await expect(late.backend.appendEntries(stale, [sampleEntry("b")])).rejects.toMatchObject(refused);
        await expect(late.backend.endRun(stale, sampleEnding({ status: "failed" }))).rejects.toMatchObject(refused);
        expect(await late.backend.renewLease(stale, LEASE_MS)).toBe(false);
      }
      await driver.backend.appendEntries(driving, [sampleEntry("b")]);
      expect((await late.backend.readEntries("run")).map(({ path }) => path)).toStrictEqual(["a", "b"]);
      expect(await driver.backend.endRun(driving, sampleEnding())).toBe(true);
    });

    test("a lease of a run that was deleted is not good for another run of the same id", async () => {
      const [one, other] = await share();
      const stale = await createLeased(one.backend, "run");
      for (const { clock } of [one, other]) clock.advance(LEASE_MS);
      await other.backend.endRun(await lease(other.backend, "run"), sampleEnding());
      expect(await other.backend.deleteRuns({ endedBefore: MOMENT + HOURS })).toBe(1);
      const fresh = await createLeased(other.backend, "run");
      await expect(one.backend.appendEntries(stale, [sampleEntry("late")])).rejects.toMatchObject({
        code: "lease_lost",
      });
      await expect(one.backend.endRun(stale, sampleEnding())).rejects.toMatchObject({ code: "lease_lost" });
      expect(await one.backend.renewLease(stale, LEASE_MS)).toBe(false);
      await other.backend.appendEntries(fresh, [sampleEntry("a")]);
      expect((await one.backend.readEntries("run")).map(({ path }) => path)).toStrictEqual(["a"]);
    });

    test("writes to many runs from both, none of them lost", async () => {
      const both = await share();
      const runs = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          const { backend } = both[index % 2] ?? both[0];
          const held = await createLeased(backend, `run ${index}`);
          const appends = Array.from({ length: 10 }, (_, step) =>
            backend.appendEntries(held, [sampleEntry(`${step}`)]),
          );
          const signals = both.map(({ backend: any }, who) =>
            any.putSignal(held.runId, { path: "approve", value: `${who}`, at: MOMENT }),
          );
          await Promise.all(appends);
          expect((await Promise.all(signals)).filter(Boolean)).toHaveLength(1);
          return held.runId;
        }),
      );
      for (const [index, runId] of runs.entries()) {
        const { backend } = both[(index + 1) % 2] ?? both[0];
        const paths = (await backend.readEntries(runId)).map(({ path }) => path);
        expect(paths.toSorted()).toStrictEqual(Array.from({ length: 10 }, (_, step) => `${step}`));
        expect(await backend.readSignals(runId)).toHaveLength(1);
      }
    });
  });
}
