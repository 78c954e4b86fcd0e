import { type JournalEntry, NO_USAGE } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { HOSTILE_TEXTS } from "../../contract/hostile-texts.ts";
import type { OpenBackend } from "./opened-backend.ts";
import { createLeased, LEASE_MS, lease, MOMENT, PARTLY_UNKNOWN, SPENT, sampleEnding, sampleEntry } from "./samples.ts";

/** What a driver recorded is there, once, in order, as it was. */
export function describeJournal(open: OpenBackend): void {
  describe("keeps the journal:", () => {
    test("entries come back with every field, and without those that they did not have", async () => {
      const { backend } = await open();
      const entries: readonly JournalEntry[] = [
        {
          path: "refine#3/critique",
          kind: "function",
          name: "critique",
          status: "completed",
          output: `"out"`,
          patches: "[]",
          attempts: 3,
          startedAt: MOMENT + 1.5,
          endedAt: MOMENT + 2.25,
          usage: SPENT,
        },
        {
          path: "fetch",
          kind: "function",
          name: "fetch",
          status: "failed",
          error: `{"name":"TypeError"}`,
          attempts: 1,
          startedAt: MOMENT,
          endedAt: MOMENT,
        },
        sampleEntry("empty", { output: "", patches: "" }),
        sampleEntry("unknown", { usage: PARTLY_UNKNOWN }),
        sampleEntry("free", { usage: NO_USAGE }),
        sampleEntry("fetch:attempt#1", { kind: "attempt", status: "failed", error: "{}", retryAt: MOMENT + 0.75 }),
        sampleEntry("whole", { folds: true, retryAt: 0 }),
      ];
      const held = await createLeased(backend, "run");
      await backend.appendEntries(held, entries);
      expect(await backend.readEntries("run")).toStrictEqual(entries);
    });

    test("in the order in which they were appended, across calls and drivers", async () => {
      const { backend, clock } = await open();
      const first = await createLeased(backend, "run");
      await backend.appendEntries(first, [sampleEntry("z"), sampleEntry("b")]);
      await backend.appendEntries(first, []);
      await backend.appendEntries(first, [sampleEntry("a")]);
      clock.advance(LEASE_MS);
      await backend.appendEntries(await lease(backend, "run"), [sampleEntry("c", { startedAt: 0, endedAt: 0 })]);
      expect((await backend.readEntries("run")).map((entry) => entry.path)).toStrictEqual(["z", "b", "a", "c"]);
    });

    test("each run has its own", async () => {
      const { backend } = await open();
      const [one, other] = [await createLeased(backend, "one"), await createLeased(backend, "other")];
      await backend.appendEntries(one, [sampleEntry("same", { output: "1" })]);
      await backend.appendEntries(other, [sampleEntry("same", { output: "2" })]);
      expect((await backend.readEntries("one")).map((entry) => entry.output)).toStrictEqual(["1"]);
      expect((await backend.readEntries("other")).map((entry) => entry.output)).toStrictEqual(["2"]);
    });

    test("a path that is taken is refused, with all that was to be appended with it", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      await backend.appendEntries(held, [sampleEntry("taken", { output: "1" })]);
      const before = await backend.readEntries("run");
      const batch = [sampleEntry("new"), sampleEntry("taken", { output: "2" }), sampleEntry("newer")];
      await expect(backend.appendEntries(held, batch)).rejects.toMatchObject({ code: "state" });
      expect(await backend.readEntries("run")).toStrictEqual(before);
      await backend.appendEntries(held, [sampleEntry("new"), sampleEntry("newer")]);
      expect(await backend.readEntries("run")).toHaveLength(3);
    });

    test("a path given twice in one call is refused, with all the rest", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      const batch = [sampleEntry("other"), sampleEntry("twice"), sampleEntry("twice")];
      await expect(backend.appendEntries(held, batch)).rejects.toMatchObject({ code: "state" });
      expect(await backend.readEntries("run")).toStrictEqual([]);
      await backend.appendEntries(held, [sampleEntry("twice")]);
      expect(await backend.readEntries("run")).toHaveLength(1);
    });

    test("of many calls at the same time, one that is refused disturbs none of the others", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      await backend.appendEntries(held, [sampleEntry("path 25")]);
      const calls = Array.from({ length: 50 }, (_, index) =>
        backend.appendEntries(held, [sampleEntry(`path ${index}`)]),
      );
      const refused = (await Promise.allSettled(calls)).flatMap((call, index) =>
        call.status === "rejected" ? index : [],
      );
      expect(refused).toStrictEqual([25]);
      expect(new Set((await backend.readEntries("run")).map((entry) => entry.path)).size).toBe(50);
    });

    test("paths and content of any spelling come back as they were", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      const entries = HOSTILE_TEXTS.map((text) =>
        sampleEntry(text, { kind: text, name: text, output: text, error: text, patches: text }),
      );
      for (const entry of entries) await backend.appendEntries(held, [entry]);
      expect(await backend.readEntries("run")).toStrictEqual(entries);
      for (const entry of entries) {
        await expect(backend.appendEntries(held, [entry])).rejects.toMatchObject({ code: "state" });
      }
    });

    test("a path that is no valid text is kept as it is or refused, never altered", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      const entry = sampleEntry("half a pair \ud83d");
      const refusal = await backend.appendEntries(held, [entry]).catch((error: { code: string }) => error.code);
      expect(refusal).toBeOneOf([undefined, "state"]);
      expect(await backend.readEntries("run")).toStrictEqual(refusal === undefined ? [entry] : []);
    });

    test("a megabyte comes back as it was", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      const output = "€".repeat(1_048_576);
      await backend.appendEntries(held, [sampleEntry("large", { output })]);
      // Compared with ===: a failed comparison would print the megabyte.
      expect((await backend.readEntries("run"))[0]?.output === output).toBe(true);
    });

    test("megabytes come back as they were, the same in many entries and others in others", async () => {
      const { backend } = await open();
      const [same, other] = ["€".repeat(1_500_000), `€${"x".repeat(3_000_000)}`];
      const runs = [await createLeased(backend, "one"), await createLeased(backend, "other")];
      for (const held of runs) {
        for (let index = 0; index < 4; index++) {
          const output = index === 3 ? other : same;
          await backend.appendEntries(held, [sampleEntry(`${index}`, { output, patches: same })]);
        }
        await backend.endRun(held, sampleEnding({ output: same, finalContext: other }));
      }
      for (const { runId } of runs) {
        const entries = await backend.readEntries(runId);
        expect(entries.map(({ output }) => output === same)).toStrictEqual([true, true, true, false]);
        expect(entries.map(({ patches }) => patches === same)).toStrictEqual([true, true, true, true]);
        expect(entries[3]?.output === other).toBe(true);
        const run = await backend.getRun(runId);
        expect([run?.output === same, run?.finalContext === other]).toStrictEqual([true, true]);
      }
    });

    test("texts of about the size from which a backend may keep them elsewhere come back as they were", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      const texts = [16_383, 16_384, 16_385].flatMap((size) => [
        "x".repeat(size),
        "€".repeat(size / 3),
        "é".repeat(size / 2),
      ]);
      for (const [index, text] of texts.entries()) {
        await backend.appendEntries(held, [sampleEntry(`${index}`, { output: text, error: text, patches: "" })]);
      }
      const read = await backend.readEntries("run", { unfolded: true });
      expect(read.map(({ output, error }, index) => output === texts[index] && error === texts[index])).toStrictEqual(
        texts.map(() => true),
      );
      expect(read.every(({ patches }) => patches === "")).toBe(true);
    });

    test("what was read does not change when more is appended", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      await backend.appendEntries(held, [sampleEntry("first")]);
      const read = await backend.readEntries("run");
      await backend.appendEntries(held, [sampleEntry("second")]);
      expect(read).toHaveLength(1);
    });
  });
}
