import { describe, expect, test } from "vitest";
import type { OpenBackend } from "./opened-backend.ts";
import { createLeased, LEASE_MS, lease, sampleEnding, samplePause, sampleRun } from "./samples.ts";

/** One run, one driver. */
export function describeLeases(open: OpenBackend): void {
  describe("leases runs:", () => {
    test("the first lease has epoch 1, and the run is driven", async () => {
      const { backend, clock } = await open();
      await backend.createRun(sampleRun("run"));
      clock.advance(1_000);
      expect(await backend.acquireLease("run", LEASE_MS)).toStrictEqual({ runId: "run", epoch: 1 });
      expect(await backend.getRun("run")).toMatchObject({ status: "running", driven: true, updatedAt: clock.now() });
    });

    test("of 100 who ask at once, one gets it", async () => {
      const { backend } = await open();
      await backend.createRun(sampleRun("run"));
      const answers = await Promise.all(Array.from({ length: 100 }, () => backend.acquireLease("run", LEASE_MS)));
      expect(answers.filter((answer) => answer !== undefined)).toStrictEqual([{ runId: "run", epoch: 1 }]);
    });

    test("while one holds it, nobody else gets it", async () => {
      const { backend, clock } = await open();
      await createLeased(backend, "run");
      clock.advance(LEASE_MS - 1);
      expect(await backend.acquireLease("run", LEASE_MS)).toBeUndefined();
      expect((await backend.getRun("run"))?.driven).toBe(true);
    });

    test("the lease of one run says nothing about another", async () => {
      const { backend } = await open();
      await createLeased(backend, "one");
      await createLeased(backend, "other");
      expect((await backend.listRuns()).runs.map((run) => run.driven)).toStrictEqual([true, true]);
    });

    test("when its time is over the run is free, and the next has a higher epoch", async () => {
      const { backend, clock } = await open();
      const first = await createLeased(backend, "run");
      clock.advance(LEASE_MS);
      expect(await backend.getRun("run")).toMatchObject({ status: "running", driven: false });
      const second = await lease(backend, "run");
      expect(second.epoch).toBeGreaterThan(first.epoch);
      expect((await backend.getRun("run"))?.driven).toBe(true);
    });

    test("renewed, it holds for its new time, from then on", async () => {
      const { backend, clock } = await open();
      const held = await createLeased(backend, "run");
      clock.advance(LEASE_MS - 1);
      expect(await backend.renewLease(held, LEASE_MS)).toBe(true);
      clock.advance(LEASE_MS - 1);
      expect(await backend.acquireLease("run", LEASE_MS)).toBeUndefined();
      expect(await backend.renewLease(held, 10)).toBe(true);
      clock.advance(10);
      expect(await backend.acquireLease("run", LEASE_MS)).toMatchObject({ epoch: held.epoch + 1 });
    });

    test("one whose time is over can be renewed as long as nobody else took the run", async () => {
      const { backend, clock } = await open();
      const held = await createLeased(backend, "run");
      clock.advance(LEASE_MS * 2);
      expect(await backend.renewLease(held, LEASE_MS)).toBe(true);
      expect(await backend.acquireLease("run", LEASE_MS)).toBeUndefined();
    });

    test("one that was lost, given back or never given can't be renewed", async () => {
      const { backend, clock } = await open();
      const lost = await createLeased(backend, "run");
      clock.advance(LEASE_MS);
      const held = await lease(backend, "run");
      expect(await backend.renewLease(lost, LEASE_MS)).toBe(false);
      expect(await backend.renewLease({ runId: "run", epoch: held.epoch + 1 }, LEASE_MS)).toBe(false);
      expect(await backend.renewLease({ runId: "nobody", epoch: 1 }, LEASE_MS)).toBe(false);
      await backend.releaseLease(held);
      expect(await backend.renewLease(held, LEASE_MS)).toBe(false);
      expect((await backend.getRun("run"))?.driven).toBe(false);
    });

    test("given back, the run is free at once and keeps its status", async () => {
      const { backend, clock } = await open();
      const first = await createLeased(backend, "run");
      clock.advance(1);
      await backend.releaseLease(first);
      expect(await backend.getRun("run")).toMatchObject({ status: "running", driven: false, updatedAt: clock.now() });
      expect((await lease(backend, "run")).epoch).toBeGreaterThan(first.epoch);
    });

    test("giving back one that was lost does nothing to the one who has it now", async () => {
      const { backend, clock } = await open();
      const lost = await createLeased(backend, "run");
      clock.advance(LEASE_MS);
      const held = await lease(backend, "run");
      await backend.releaseLease(lost);
      await backend.releaseLease({ runId: "nobody", epoch: 1 });
      expect((await backend.getRun("run"))?.driven).toBe(true);
      expect(await backend.renewLease(held, LEASE_MS)).toBe(true);
    });

    test("a run that nobody created has none to give", async () => {
      const { backend } = await open();
      expect(await backend.acquireLease("nobody", LEASE_MS)).toBeUndefined();
    });

    test("a run that has ended has none to give, ever", async () => {
      const { backend, clock } = await open();
      for (const status of ["completed", "failed", "cancelled"] as const) {
        await backend.endRun(await createLeased(backend, status), sampleEnding({ status }));
        clock.advance(LEASE_MS);
        expect(await backend.acquireLease(status, LEASE_MS)).toBeUndefined();
        expect(await backend.getRun(status)).toMatchObject({ status, driven: false });
      }
    });

    test("a paused run becomes running, and keeps what the pause stored", async () => {
      const { backend, clock } = await open();
      await backend.endRun(await createLeased(backend, "run"), samplePause("approve"));
      const paused = await backend.getRun("run");
      clock.advance(5);
      await lease(backend, "run");
      const expected = { ...paused, status: "running", driven: true, updatedAt: clock.now() };
      expect(await backend.getRun("run")).toStrictEqual(expected);
    });

    test("its time must be a number of milliseconds above zero", async () => {
      const { backend } = await open();
      await backend.createRun(sampleRun("free"));
      const held = await createLeased(backend, "held");
      const refused = { code: "invalid_option", option: "ttlMs" };
      for (const ttlMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(backend.acquireLease("free", ttlMs)).rejects.toMatchObject(refused);
        await expect(backend.renewLease(held, ttlMs)).rejects.toMatchObject(refused);
      }
      expect((await backend.getRun("free"))?.driven).toBe(false);
    });
  });
}
