import { NO_USAGE, type RunEnding } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { HOSTILE_TEXTS } from "../../contract/hostile-texts.ts";
import type { OpenBackend } from "./opened-backend.ts";
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

/** A run ends, or pauses, in one write that also gives its lease back. */
export function describeEndings(open: OpenBackend): void {
  describe("ends runs:", () => {
    const endings: Readonly<Record<string, RunEnding>> = {
      completed: {
        status: "completed",
        output: `"out"`,
        finalContext: `{"seen":2}`,
        awaiting: [],
        usage: SPENT,
        endedAt: MOMENT + 7.5,
      },
      failed: {
        status: "failed",
        error: `{"name":"TypeError"}`,
        finalContext: "{}",
        awaiting: [],
        usage: PARTLY_UNKNOWN,
        endedAt: MOMENT,
      },
      cancelled: {
        status: "cancelled",
        error: "",
        finalContext: "",
        awaiting: [],
        usage: NO_USAGE,
        endedAt: MOMENT,
      },
      paused: {
        status: "paused",
        finalContext: "{}",
        awaiting: [
          {
            token: "token 1",
            path: "review@0/approve",
            prompt: `Publish "it"?\n\0👩‍👩‍👧`,
            schema: { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"], default: null },
          },
          { token: "token 2", path: "review@1/approve", prompt: "" },
        ],
        usage: SPENT,
        endedAt: MOMENT,
      },
    };

    test.each(Object.entries(endings))(
      "everything about a run that is %s is stored, and the lease is given back",
      async (_, ending) => {
        const { backend } = await open();
        const run = sampleRun("run", { tags: { team: "docs" } });
        await backend.createRun(run);
        const held = await lease(backend, "run");
        await backend.appendEntries(held, [sampleEntry("first")]);
        expect(await backend.endRun(held, ending)).toBe(true);
        const expected = { ...run, ...ending, updatedAt: ending.endedAt, driven: false };
        expect(await backend.getRun("run")).toStrictEqual(expected);
        expect(await backend.readEntries("run")).toHaveLength(1);
      },
    );

    test("a run that ends after a pause keeps nothing of the pause", async () => {
      const { backend } = await open();
      const run = sampleRun("run");
      await backend.endRun(await createLeased(backend, "run"), samplePause("approve"));
      const ending = endings["failed"] as RunEnding;
      await backend.endRun(await lease(backend, "run"), ending);
      const expected = { ...run, ...ending, updatedAt: ending.endedAt, driven: false };
      expect(await backend.getRun("run")).toStrictEqual(expected);
    });

    test("content of any spelling comes back as it was", async () => {
      const { backend } = await open();
      for (const [index, text] of HOSTILE_TEXTS.entries()) {
        const held = await createLeased(backend, `run ${index}`);
        const awaiting = [{ token: text, path: text, prompt: text, schema: { [text]: text } }];
        const ending = sampleEnding({ status: "paused", output: text, error: text, finalContext: text, awaiting });
        await backend.endRun(held, ending);
        expect(await backend.getRun(held.runId)).toMatchObject(ending);
      }
    });

    test("a run that pauses again waits for what the newest pause says", async () => {
      const { backend } = await open();
      await backend.endRun(await createLeased(backend, "run"), samplePause("first"));
      await backend.endRun(await lease(backend, "run"), samplePause("second", "third"));
      expect(await backend.getRun("run")).toMatchObject(samplePause("second", "third"));
    });
  });

  describe("pauses runs:", () => {
    test("but not if a signal for one of the awaited paths is stored: the driver keeps the lease and goes on", async () => {
      const { backend, clock } = await open();
      const held = await createLeased(backend, "run");
      await backend.putSignal("run", { path: "second", value: "1", at: MOMENT });
      const before = await backend.getRun("run");
      clock.advance(1);
      expect(await backend.endRun(held, samplePause("first", "second", "third"))).toBe(false);
      expect(await backend.getRun("run")).toStrictEqual(before);
      expect(before).toMatchObject({ status: "running", driven: true, awaiting: [] });
      expect(await backend.acquireLease("run", LEASE_MS)).toBeUndefined();
      await backend.appendEntries(held, [sampleEntry("second")]);
      expect(await backend.endRun(held, sampleEnding())).toBe(true);
    });

    test("whatever signals are stored for other paths and other runs", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      await createLeased(backend, "other");
      await backend.putSignal("other", { path: "approve", value: "1", at: MOMENT });
      await backend.putSignal("run", { path: "approve#2", value: "1", at: MOMENT });
      expect(await backend.endRun(held, samplePause("approve"))).toBe(true);
    });

    test("so that of a pause and a signal at the same time, one sees the other", async () => {
      const { backend } = await open();
      for (let round = 0; round < 20; round++) {
        const held = await createLeased(backend, `run ${round}`);
        const signal = { path: "approve", value: "1", at: MOMENT };
        const [paused] = await Promise.all([
          backend.endRun(held, samplePause("approve")),
          backend.putSignal(held.runId, signal),
        ]);
        const run = await backend.getRun(held.runId);
        expect(run?.status).toBe(paused ? "paused" : "running");
        expect(await backend.readSignals(held.runId)).toStrictEqual([signal]);
      }
    });

    test("an ending of another kind does not ask for signals", async () => {
      const { backend } = await open();
      const held = await createLeased(backend, "run");
      await backend.putSignal("run", { path: "approve", value: "1", at: MOMENT });
      const { awaiting } = samplePause("approve");
      expect(await backend.endRun(held, sampleEnding({ status: "cancelled", awaiting }))).toBe(true);
      expect(await backend.getRun("run")).toMatchObject({ status: "cancelled", awaiting });
    });
  });
}
