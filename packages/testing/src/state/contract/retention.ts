import type { RunEnding, RunRetention, StateBackend } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import type { OpenBackend } from "./opened-backend.ts";
import { createLeased, LEASE_MS, lease, MOMENT, sampleEnding, sampleEntry, samplePause, sampleRun } from "./samples.ts";

/** Later than anything that the samples are dated by. */
const LATER = MOMENT + 1_000_000;

/** What has ended can be deleted; what can still go on is not. */
export function describeRetention(open: OpenBackend): void {
  describe("deletes runs:", () => {
    test("that ended before a moment, oldest ending first, as many as it is told to", async () => {
      const { backend } = await open();
      for (const after of [3, 1, 0.5, 2]) await end(backend, `${after}`, { endedAt: MOMENT + after });
      expect(await backend.deleteRuns({ endedBefore: MOMENT + 0.5 })).toBe(0);
      expect(await backend.deleteRuns({ endedBefore: MOMENT + 3, limit: 2 })).toBe(2);
      expect(await idsOf(backend)).toStrictEqual(["3", "2"]);
      expect(await backend.deleteRuns({ endedBefore: MOMENT + 3, limit: 2 })).toBe(1);
      expect(await idsOf(backend)).toStrictEqual(["3"]);
    });

    test("but never one that is running or paused, whatever is asked for", async () => {
      const { backend } = await open();
      await backend.createRun(sampleRun("nobody's"));
      await createLeased(backend, "driven");
      await backend.endRun(await createLeased(backend, "paused"), samplePause("approve"));
      await backend.endRun(await createLeased(backend, "goes on after a pause"), samplePause("approve"));
      await backend.releaseLease(await lease(backend, "goes on after a pause"));
      const status = ["running", "paused", "completed", "failed", "cancelled"] as never;
      for (const retention of [{ endedBefore: LATER }, { endedBefore: LATER, status }]) {
        const deleted = await backend.deleteRuns(retention).catch((error: { code: string }) => error.code);
        expect(deleted).toBeOneOf([0, "invalid_option"]);
      }
      expect(await idsOf(backend)).toHaveLength(4);
      expect(await backend.acquireLease("paused", LEASE_MS)).toMatchObject({ epoch: 2 });
      expect(await backend.acquireLease("nobody's", LEASE_MS)).toMatchObject({ epoch: 1 });
    });

    test("by status, by pipeline, by tags, and by all of them", async () => {
      const { backend } = await open();
      const tags = { team: "docs", kind: "draft" };
      for (const status of ["completed", "failed", "cancelled"] as const) await end(backend, status, { status });
      await end(backend, "other pipeline", {}, { pipeline: "other" });
      await end(backend, "one tag", {}, { tags: { team: "docs" } });
      await end(backend, "both tags", {}, { tags });
      const asked: readonly (readonly [Partial<RunRetention>, readonly string[]])[] = [
        [{ status: [] }, []],
        [{ status: ["completed"], pipeline: "other", tags }, []],
        [{ tags: { team: "%" } }, []],
        [{ tags: { toString: "docs" } }, []],
        [{ status: ["failed", "cancelled"] }, ["failed", "cancelled"]],
        [{ pipeline: "other" }, ["other pipeline"]],
        [{ tags }, ["both tags"]],
        [{ tags: { team: "docs" }, pipeline: "article", status: ["completed"] }, ["one tag"]],
        [{ tags: {} }, ["completed"]],
      ];
      for (const [filter, gone] of asked) {
        const before = await idsOf(backend);
        expect(await backend.deleteRuns({ endedBefore: LATER, ...filter })).toBe(gone.length);
        expect(await idsOf(backend)).toStrictEqual(before.filter((runId) => !gone.includes(runId)));
      }
    });

    test("with all that was kept of them, so that their ids are free", async () => {
      const { backend } = await open();
      const run = sampleRun("run", { tags: { team: "docs" }, input: "1" });
      await backend.createRun(run, [sampleEntry("shared")]);
      const held = await lease(backend, "run");
      await backend.appendEntries(held, [sampleEntry("n/a"), sampleEntry("n", { folds: true })]);
      await backend.putSignal("run", { path: "approve", value: "1", at: MOMENT });
      await backend.endRun(held, sampleEnding());
      expect(await backend.deleteRuns({ endedBefore: LATER })).toBe(1);

      const nothing = async (): Promise<void> => {
        expect(await backend.readEntries("run")).toStrictEqual([]);
        expect(await backend.readEntries("run", { unfolded: true })).toStrictEqual([]);
        expect(await backend.readSignals("run")).toStrictEqual([]);
        expect(await backend.listRuns({ tags: { team: "docs" } })).toStrictEqual({ runs: [] });
      };
      expect(await backend.getRun("run")).toBeUndefined();
      await nothing();
      expect(await backend.acquireLease("run", LEASE_MS)).toBeUndefined();
      expect(await backend.renewLease(held, LEASE_MS)).toBe(false);
      await expect(backend.appendEntries(held, [sampleEntry("late")])).rejects.toMatchObject({ code: "lease_lost" });
      const signal = { path: "approve", value: "1", at: MOMENT };
      await expect(backend.putSignal("run", signal)).rejects.toMatchObject({ code: "run_not_found" });

      const second = sampleRun("run", { input: "2" });
      expect(await backend.createRun(second)).toBe(true);
      await nothing();
      const record = { ...second, status: "running", awaiting: [], updatedAt: MOMENT, driven: false };
      expect(await backend.getRun("run")).toStrictEqual(record);
      await backend.appendEntries(await lease(backend, "run"), [sampleEntry("n/a")]);
    });

    test("and leaves to a fork what it took over, and to other runs what they have in common", async () => {
      const { backend } = await open();
      const large = "€".repeat(100_000);
      const history = [sampleEntry("a", { output: large }), sampleEntry("b")];
      for (const runId of ["original", "same"]) {
        await backend.createRun(sampleRun(runId, { input: large, context: large }), history);
        await backend.endRun(await lease(backend, runId), sampleEnding({ output: large, finalContext: large }));
      }
      await backend.createRun(sampleRun("fork", { input: large }), await backend.readEntries("original"));
      expect(await backend.deleteRuns({ endedBefore: LATER, limit: 1 })).toBe(1);
      for (const runId of ["original", "same"]) {
        const run = await backend.getRun(runId);
        if (run === undefined) continue;
        for (const text of [run.input, run.context, run.output, run.finalContext]) expect(text === large).toBe(true);
      }
      expect(await backend.deleteRuns({ endedBefore: LATER })).toBe(1);
      expect(await idsOf(backend)).toStrictEqual(["fork"]);
      expect((await backend.getRun("fork"))?.input === large).toBe(true);
      expect((await backend.readEntries("fork")).map(({ output }) => output === large)).toStrictEqual([true, false]);
      await backend.appendEntries(await lease(backend, "fork"), [sampleEntry("c", { output: large })]);
      expect((await backend.readEntries("fork")).at(-1)?.output === large).toBe(true);
    });

    test("of runs that end and go on meanwhile, only those that have ended, each as a whole", async () => {
      const { backend } = await open();
      const leases = [];
      for (let index = 0; index < 20; index++) leases.push(await createLeased(backend, `run ${index}`));
      const work = leases.map((held, index) =>
        index % 2 === 0
          ? backend.endRun(held, sampleEnding())
          : backend.endRun(held, samplePause("approve")).then(() => backend.acquireLease(held.runId, LEASE_MS)),
      );
      const deleting = [1, 2, 3].map(() => backend.deleteRuns({ endedBefore: LATER }));
      await Promise.all(work);
      const deleted = (await Promise.all(deleting)).reduce((sum, count) => sum + count);
      const rest = await backend.deleteRuns({ endedBefore: LATER });
      expect(deleted + rest).toBe(10);
      const { runs } = await backend.listRuns();
      expect(runs.map(({ status }) => status)).toStrictEqual(Array.from({ length: 10 }, () => "running"));
    });

    test("never by a retention that can't be meant", async () => {
      const { backend } = await open();
      await end(backend, "run");
      const refused: Readonly<Record<string, unknown>> = {
        "an unknown filter": { endedBefore: LATER, pipelin: "other" },
        "no moment": {},
        "a moment that is none": { endedBefore: Number.NaN },
        "no runs": { endedBefore: LATER, limit: 0 },
        "half a run": { endedBefore: LATER, limit: 1.5 },
        "too many": { endedBefore: LATER, limit: 10_001 },
      };
      for (const [what, retention] of Object.entries(refused)) {
        const answer = backend.deleteRuns(retention as never);
        await expect(answer, what).rejects.toMatchObject({ code: "invalid_option" });
      }
      expect(await idsOf(backend)).toStrictEqual(["run"]);
    });
  });
}

async function end(
  backend: StateBackend,
  runId: string,
  ending: Partial<RunEnding> = {},
  run: Parameters<typeof sampleRun>[1] = {},
): Promise<void> {
  await backend.createRun(sampleRun(runId, run));
  await backend.endRun(await lease(backend, runId), sampleEnding(ending));
}

async function idsOf(backend: StateBackend): Promise<readonly string[]> {
  return (await backend.listRuns()).runs.map((run) => run.runId);
}
