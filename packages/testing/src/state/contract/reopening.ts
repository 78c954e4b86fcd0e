import type { JournalEntry, Lease, RunRecord, Signal } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { HOSTILE_TEXTS } from "../../contract/hostile-texts.ts";
import type { ReopenBackend } from "./opened-backend.ts";
import {
  createLeased,
  LEASE_MS,
  lease,
  MOMENT,
  PARTLY_UNKNOWN,
  SPENT,
  sampleEnding,
  sampleEntry,
  samplePause,
  sampleRun,
} from "./samples.ts";

/** What a durable backend took is there when it is opened again. */
export function describeReopening(reopen: ReopenBackend): void {
  describe("opened again:", () => {
    test("has all runs, entries and signals, in the same order", async () => {
      let runs: readonly RunRecord[] = [];
      let entries: readonly JournalEntry[] = [];
      let signals: readonly Signal[] = [];
      const { backend } = await reopen(async ({ backend: first }) => {
        await first.createRun(sampleRun("running", { createdAt: MOMENT + 2, tags: { team: "docs" } }));
        await first.endRun(await createLeased(first, "completed"), sampleEnding({ usage: PARTLY_UNKNOWN }));
        const held = await createLeased(first, "paused");
        await first.appendEntries(held, [sampleEntry("z", { usage: SPENT }), sampleEntry("a", { patches: "[]" })]);
        await first.appendEntries(held, [sampleEntry("m", { status: "failed", error: "{}" })]);
        for (const path of ["z", "a"]) await first.putSignal("paused", { path, value: path, at: MOMENT });
        await first.endRun(held, samplePause("approve", "sign"));
        runs = (await first.listRuns()).runs;
        entries = await first.readEntries("paused");
        signals = await first.readSignals("paused");
      });
      expect(runs).toHaveLength(3);
      expect((await backend.listRuns()).runs).toStrictEqual(runs);
      expect(await backend.readEntries("paused")).toStrictEqual(entries);
      expect(await backend.readSignals("paused")).toStrictEqual(signals);
      expect((await backend.listRuns({ tags: { team: "docs" } })).runs).toHaveLength(1);
    });

    test("finds ids of any spelling", async () => {
      const { backend } = await reopen(async ({ backend: first }) => {
        for (const runId of HOSTILE_TEXTS) await first.createRun(sampleRun(runId));
      });
      for (const runId of HOSTILE_TEXTS) expect((await backend.getRun(runId))?.runId).toBe(runId);
    });

    test("has what was asked for just before it was closed, unless that was refused", async () => {
      let stored: Promise<0 | 1> = Promise.resolve(0);
      const { backend } = await reopen(async ({ backend: first }) => {
        const held = await createLeased(first, "run");
        stored = first.appendEntries(held, [sampleEntry("last")]).then(
          () => 1,
          () => 0,
        );
      });
      expect(await backend.readEntries("run")).toHaveLength(await stored);
    });

    test("has the leases back that its former self held, and counts on from them", async () => {
      let before: Lease = { runId: "", epoch: 0 };
      const { backend } = await reopen(async ({ backend: first }) => {
        before = await createLeased(first, "run");
      });
      expect(await backend.getRun("run")).toMatchObject({ status: "running", driven: false });
      await expect(backend.appendEntries(before, [sampleEntry("late")])).rejects.toMatchObject({ code: "lease_lost" });
      expect((await lease(backend, "run")).epoch).toBe(before.epoch + 1);
    });

    test("leaves out what was folded before, and has it all the same", async () => {
      const { backend } = await reopen(async ({ backend: first }) => {
        const held = await createLeased(first, "run");
        const retryAt = MOMENT + 1;
        await first.appendEntries(held, [sampleEntry("n/a", { retryAt }), sampleEntry("n", { folds: true })]);
      });
      const entries = await backend.readEntries("run");
      expect(entries).toMatchObject([
        { path: "n/a", retryAt: MOMENT + 1 },
        { path: "n", folds: true },
      ]);
      expect(await backend.readEntries("run", { unfolded: true })).toStrictEqual([entries[1]]);
      await backend.appendEntries(await lease(backend, "run"), [sampleEntry(":all", { folds: true })]);
      expect(await backend.readEntries("run", { unfolded: true })).toMatchObject([{ path: ":all" }]);
    });

    test("has nothing of what was deleted", async () => {
      const { backend } = await reopen(async ({ backend: first }) => {
        for (const runId of ["gone", "kept"]) {
          const held = await createLeased(first, runId);
          await first.appendEntries(held, [sampleEntry("a")]);
          if (runId === "gone") await first.endRun(held, sampleEnding());
        }
        await first.deleteRuns({ endedBefore: MOMENT + 1_000 });
      });
      expect((await backend.listRuns()).runs.map(({ runId }) => runId)).toStrictEqual(["kept"]);
      expect(await backend.readEntries("gone")).toStrictEqual([]);
      expect(await backend.readEntries("kept")).toHaveLength(1);
    });

    test("goes on with a page that was begun before", async () => {
      let next: string | undefined;
      const { backend } = await reopen(async ({ backend: first }) => {
        for (const runId of ["1", "2", "3"]) await first.createRun(sampleRun(runId));
        next = (await first.listRuns({ limit: 2 })).next;
      });
      const rest = await backend.listRuns({ limit: 2, cursor: next ?? "" });
      expect(rest.runs.map((run) => run.runId)).toStrictEqual(["1"]);
    });

    test("lets no run go that was taken, nor end twice", async () => {
      const { backend } = await reopen(async ({ backend: first }) => {
        await first.endRun(await createLeased(first, "run"), sampleEnding());
      });
      expect(await backend.createRun(sampleRun("run"))).toBe(false);
      expect(await backend.acquireLease("run", LEASE_MS)).toBeUndefined();
    });
  });
}
