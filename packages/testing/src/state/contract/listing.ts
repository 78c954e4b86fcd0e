import type { RunQuery, RunRecord, StateBackend } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import type { OpenBackend } from "./opened-backend.ts";
import { createLeased, lease, MOMENT, sampleEnding, samplePause, sampleRun } from "./samples.ts";

/** Runs are found newest first, by filters, page after page. */
export function describeListing(open: OpenBackend): void {
  describe("lists runs:", () => {
    test("newest first, and of the same moment by id, descending", async () => {
      const { backend } = await open();
      await backend.createRun(sampleRun("b", { createdAt: MOMENT }));
      await backend.createRun(sampleRun("newest", { createdAt: MOMENT + 0.5 }));
      await backend.createRun(sampleRun("oldest", { createdAt: MOMENT - 1_000 }));
      await backend.createRun(sampleRun("a", { createdAt: MOMENT }));
      await backend.createRun(sampleRun("c", { createdAt: MOMENT }));
      expect(await idsOf(backend)).toStrictEqual(["newest", "c", "b", "a", "oldest"]);
    });

    test("each as getRun gives it", async () => {
      const { backend } = await open();
      await backend.createRun(sampleRun("plain", { tags: { team: "docs", kind: "draft" } }));
      await createLeased(backend, "driven");
      await backend.endRun(await createLeased(backend, "paused"), samplePause("approve"));
      await backend.endRun(await createLeased(backend, "completed"), sampleEnding());
      const { runs } = await backend.listRuns();
      expect(runs).toHaveLength(4);
      for (const run of runs) expect(run).toStrictEqual(await backend.getRun(run.runId));
    });

    test("by status, any of several", async () => {
      const { backend } = await open();
      await createLeased(backend, "1 running");
      await backend.endRun(await createLeased(backend, "2 paused"), samplePause());
      for (const status of ["completed", "failed", "cancelled"] as const) {
        await backend.endRun(await createLeased(backend, `3 ${status}`), sampleEnding({ status }));
      }
      expect(await idsOf(backend, { status: ["running"] })).toStrictEqual(["1 running"]);
      expect(await idsOf(backend, { status: ["paused", "failed"] })).toStrictEqual(["3 failed", "2 paused"]);
      expect(await idsOf(backend, { status: ["completed", "failed", "cancelled"] })).toHaveLength(3);
      expect(await idsOf(backend, { status: [] })).toStrictEqual([]);
    });

    test("by pipeline", async () => {
      const { backend } = await open();
      await backend.createRun(sampleRun("1", { pipeline: "article" }));
      await backend.createRun(sampleRun("2", { pipeline: "Article" }));
      expect(await idsOf(backend, { pipeline: "article" })).toStrictEqual(["1"]);
      expect(await idsOf(backend, { pipeline: "art%" })).toStrictEqual([]);
    });

    test("by tags, all of them with their values", async () => {
      const { backend } = await open();
      await backend.createRun(sampleRun("1", { tags: { team: "docs", kind: "draft" } }));
      await backend.createRun(sampleRun("2", { tags: { team: "docs", kind: "final" } }));
      await backend.createRun(sampleRun("3", { tags: { team: "legal", kind: "draft" } }));
      await backend.createRun(sampleRun("4"));
      expect(await idsOf(backend, { tags: { team: "docs" } })).toStrictEqual(["2", "1"]);
      expect(await idsOf(backend, { tags: { team: "docs", kind: "draft" } })).toStrictEqual(["1"]);
      expect(await idsOf(backend, { tags: { team: "draft" } })).toStrictEqual([]);
      expect(await idsOf(backend, { tags: { toString: "docs" } })).toStrictEqual([]);
      expect(await idsOf(backend, { tags: {} })).toHaveLength(4);
    });

    test("created at a moment or after", async () => {
      const { backend } = await open();
      for (const after of [0, 0.5, 1]) await backend.createRun(sampleRun(`${after}`, { createdAt: MOMENT + after }));
      expect(await idsOf(backend, { createdSince: MOMENT + 0.5 })).toStrictEqual(["1", "0.5"]);
    });

    test("created before a moment, and between two", async () => {
      const { backend } = await open();
      for (const after of [0, 0.5, 1]) await backend.createRun(sampleRun(`${after}`, { createdAt: MOMENT + after }));
      expect(await idsOf(backend, { createdBefore: MOMENT + 0.5 })).toStrictEqual(["0"]);
      const between = { createdSince: MOMENT + 0.5, createdBefore: MOMENT + 1 };
      expect(await idsOf(backend, between)).toStrictEqual(["0.5"]);
      expect(await idsOf(backend, { ...between, createdBefore: MOMENT })).toStrictEqual([]);
    });

    test("by several filters at once", async () => {
      const { backend } = await open();
      const tags = { team: "docs" };
      await backend.createRun(sampleRun("hit", { tags, createdAt: MOMENT + 1 }));
      await backend.createRun(sampleRun("other pipeline", { tags, createdAt: MOMENT + 1, pipeline: "other" }));
      await backend.createRun(sampleRun("other tags", { createdAt: MOMENT + 1 }));
      await backend.createRun(sampleRun("too old", { tags }));
      await backend.createRun(sampleRun("too new", { tags, createdAt: MOMENT + 2 }));
      await backend.createRun(sampleRun("ended", { tags, createdAt: MOMENT + 1 }));
      await backend.endRun(await lease(backend, "ended"), sampleEnding());
      const moments = { createdSince: MOMENT + 1, createdBefore: MOMENT + 2 };
      const query: RunQuery = { status: ["running", "paused"], pipeline: "article", tags, ...moments };
      expect(await idsOf(backend, query)).toStrictEqual(["hit"]);
    });

    test("50 unless told otherwise, and up to 1000", async () => {
      const { backend } = await open();
      await Promise.all(Array.from({ length: 1_001 }, (_, index) => backend.createRun(sampleRun(`run ${index}`))));
      expect(await idsOf(backend)).toHaveLength(50);
      expect(await idsOf(backend, { limit: 1 })).toHaveLength(1);
      expect(await idsOf(backend, { limit: 1_000 })).toHaveLength(1_000);
    });

    test("never by a limit out of range or a cursor from nowhere", async () => {
      const { backend } = await open();
      for (const limit of [0, -1, 1.5, 1_001, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(backend.listRuns({ limit })).rejects.toMatchObject({ code: "invalid_option", option: "limit" });
      }
      for (const cursor of ["", "nowhere", "no where"]) {
        await expect(backend.listRuns({ cursor })).rejects.toMatchObject({ code: "invalid_option", option: "cursor" });
      }
    });

    test("page after page, each run once, though all are of the same moment", async () => {
      const { backend } = await open();
      const ids = Array.from({ length: 25 }, (_, index) => `run ${String(index).padStart(2, "0")}`);
      for (const runId of ids) await backend.createRun(sampleRun(runId));
      const pages = await pagesOf(backend, { limit: 10 });
      expect(pages.map((page) => page.length)).toStrictEqual([10, 10, 5]);
      expect(pages.flat().map((run) => run.runId)).toStrictEqual(ids.toReversed());
    });

    test("without a next page after the last one, though that one is full", async () => {
      const { backend } = await open();
      for (let index = 0; index < 20; index++) await backend.createRun(sampleRun(`${index}`));
      const pages = await pagesOf(backend, { limit: 10 });
      expect(pages.map((page) => page.length)).toStrictEqual([10, 10]);
      expect(await backend.listRuns({ tags: { none: "such" } })).toStrictEqual({ runs: [] });
    });

    test("page after page, while newer ones are added", async () => {
      const { backend } = await open();
      const ids = Array.from({ length: 12 }, (_, index) => `old ${String(index).padStart(2, "0")}`);
      for (const [index, runId] of ids.entries()) {
        await backend.createRun(sampleRun(runId, { createdAt: MOMENT + Math.floor(index / 3) }));
      }
      let added = 0;
      const pages = await pagesOf(backend, { limit: 5 }, async () => {
        added += 1;
        await backend.createRun(sampleRun(`new ${added}`, { createdAt: MOMENT + 10 }));
      });
      expect(pages.flat().map((run) => run.runId)).toStrictEqual(ids.toReversed());
      expect(added).toBe(3);
    });

    test("page after page, while those that were listed end, go on and are deleted", async () => {
      const { backend } = await open();
      const ids = Array.from({ length: 12 }, (_, index) => `run ${String(index).padStart(2, "0")}`);
      for (const runId of ids) await backend.createRun(sampleRun(runId));
      const listed: string[] = [];
      let page = await backend.listRuns({ limit: 4 });
      for (;;) {
        listed.push(...page.runs.map(({ runId }) => runId));
        for (const { runId } of page.runs) await backend.endRun(await lease(backend, runId), sampleEnding());
        // The run that the cursor names included.
        await backend.deleteRuns({ endedBefore: MOMENT + 1_000 });
        if (page.next === undefined) break;
        page = await backend.listRuns({ limit: 4, cursor: page.next });
      }
      expect(listed).toStrictEqual(ids.toReversed());
      expect(await backend.listRuns()).toStrictEqual({ runs: [] });
    });

    test("page after page with filters, through ids of any spelling", async () => {
      const { backend } = await open();
      const ids = ["a b", "a", " ", "\0", "7 x", "1.5"];
      for (const runId of ids) await backend.createRun(sampleRun(runId, { tags: { kept: "yes" } }));
      for (const runId of ids) await backend.createRun(sampleRun(`not ${runId}`));
      const pages = await pagesOf(backend, { limit: 1, tags: { kept: "yes" } });
      expect(pages.flat().map((run) => run.runId)).toStrictEqual(ids.toSorted().toReversed());
    });
  });
}

async function idsOf(backend: StateBackend, query?: RunQuery): Promise<readonly string[]> {
  return (await backend.listRuns(query)).runs.map((run) => run.runId);
}

async function pagesOf(
  backend: StateBackend,
  query: RunQuery,
  afterEachPage: () => Promise<void> = async () => {},
): Promise<readonly (readonly RunRecord[])[]> {
  const pages: (readonly RunRecord[])[] = [];
  let page = await backend.listRuns(query);
  while (pages.push(page.runs) < 100) {
    await afterEachPage();
    if (page.next === undefined) return pages;
    page = await backend.listRuns({ ...query, cursor: page.next });
  }
  throw new Error("There is a next page after 100 of them: the cursor does not move on");
}
