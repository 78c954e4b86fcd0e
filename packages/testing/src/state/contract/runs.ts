import type { NewRun, RunRecord } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { HOSTILE_TEXTS } from "../../contract/hostile-texts.ts";
import type { OpenBackend } from "./opened-backend.ts";
import { MOMENT, sampleEntry, sampleRun } from "./samples.ts";

/** Runs are written down once and come back as they were. */
export function describeRuns(open: OpenBackend): void {
  describe("keeps runs:", () => {
    test("a new run comes back with every field, running and driven by nobody", async () => {
      const { backend } = await open();
      const run: NewRun = {
        runId: "article-42",
        pipeline: "article",
        plan: `{"kind":"pipeline"}`,
        input: `"in"`,
        context: `{"seen":[]}`,
        tags: { team: "docs", empty: "" },
        createdAt: MOMENT,
      };
      expect(await backend.createRun(run)).toBe(true);
      const record: RunRecord = { ...run, status: "running", awaiting: [], updatedAt: MOMENT, driven: false };
      expect(await backend.getRun("article-42")).toStrictEqual(record);
    });

    test("a run that nobody created is undefined, and has no entries and no signals", async () => {
      const { backend } = await open();
      expect(await backend.getRun("nobody")).toBeUndefined();
      expect(await backend.readEntries("nobody")).toStrictEqual([]);
      expect(await backend.readSignals("nobody")).toStrictEqual([]);
    });

    test("an id that is taken is refused, and the run that has it stays as it was", async () => {
      const { backend } = await open();
      await backend.createRun(sampleRun("taken", { input: "1", tags: { first: "yes" } }));
      const before = await backend.getRun("taken");
      expect(await backend.createRun(sampleRun("taken", { input: "2", tags: { second: "yes" } }))).toBe(false);
      expect(await backend.getRun("taken")).toStrictEqual(before);
      expect((await backend.listRuns({ tags: { second: "yes" } })).runs).toStrictEqual([]);
    });

    test("a run may begin with a history, which is there or not there together with it", async () => {
      const { backend } = await open();
      const history = [sampleEntry("a"), sampleEntry("b")];
      expect(await backend.createRun(sampleRun("fork"), history)).toBe(true);
      expect(await backend.readEntries("fork")).toStrictEqual(history);
      expect(await backend.createRun(sampleRun("fork"), [sampleEntry("c")])).toBe(false);
      await expect(backend.createRun(sampleRun("twice"), [sampleEntry("a"), sampleEntry("a")])).rejects.toMatchObject({
        code: "state",
      });
      expect(await backend.getRun("twice")).toBeUndefined();
      const lease = await backend.acquireLease("fork", 30_000);
      if (lease === undefined) throw new Error("the lease of a new run is free");
      await expect(backend.appendEntries(lease, [sampleEntry("b")])).rejects.toMatchObject({ code: "state" });
      await backend.appendEntries(lease, [sampleEntry("c")]);
      expect((await backend.readEntries("fork")).map(({ path }) => path)).toStrictEqual(["a", "b", "c"]);
    });

    test("one of 100 creators of the same id wins", async () => {
      const { backend } = await open();
      const created = await Promise.all(
        Array.from({ length: 100 }, (_, index) => backend.createRun(sampleRun("contested", { input: `${index}` }))),
      );
      expect(created.filter(Boolean)).toHaveLength(1);
      expect((await backend.getRun("contested"))?.input).toBe(`${created.indexOf(true)}`);
    });

    test("ids of any spelling are told apart", async () => {
      const { backend } = await open();
      for (const runId of HOSTILE_TEXTS) expect(await backend.createRun(sampleRun(runId, { input: runId }))).toBe(true);
      for (const runId of HOSTILE_TEXTS) {
        const run = await backend.getRun(runId);
        expect([run?.runId, run?.input]).toStrictEqual([runId, runId]);
      }
      expect((await backend.listRuns()).runs).toHaveLength(HOSTILE_TEXTS.length);
    });

    test("content of any spelling comes back as it was", async () => {
      const { backend } = await open();
      for (const [index, text] of HOSTILE_TEXTS.entries()) {
        const run = sampleRun(`run ${index}`, {
          pipeline: text,
          plan: text,
          input: text,
          context: text,
          tags: Object.fromEntries([[text, text]]),
        });
        await backend.createRun(run);
        expect(await backend.getRun(run.runId)).toMatchObject(run);
      }
    });

    test("a megabyte of input, plan and context comes back as it was", async () => {
      const { backend } = await open();
      const run = sampleRun("large", {
        input: "i".repeat(1_048_576),
        plan: "p".repeat(1_048_576),
        context: "€".repeat(1_048_576),
      });
      await backend.createRun(run);
      // Compared one by one: a failed comparison would print three megabytes.
      const read = await backend.getRun("large");
      expect(read?.input === run.input).toBe(true);
      expect(read?.plan === run.plan).toBe(true);
      expect(read?.context === run.context).toBe(true);
    });

    test("an id that is no valid text is kept as it is or refused, never altered", async () => {
      const { backend } = await open();
      for (const runId of ["half a pair \ud83d", "half a pair \ud83e"]) {
        const created = await backend.createRun(sampleRun(runId)).catch((error: { code: string }) => error.code);
        if (created === true) expect((await backend.getRun(runId))?.runId).toBe(runId);
        else expect(created).toBe("state");
      }
    });

    test("what a caller does to its own tags afterwards does not reach the store", async () => {
      const { backend } = await open();
      const tags: Record<string, string> = { team: "docs" };
      await backend.createRun(sampleRun("tagged", { tags }));
      tags["team"] = "another";
      expect((await backend.getRun("tagged"))?.tags).toStrictEqual({ team: "docs" });
    });
  });
}
