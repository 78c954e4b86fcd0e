import { describe, expect, test } from "vitest";
import { HOSTILE_TEXTS } from "../../contract/hostile-texts.ts";
import type { OpenBackend } from "./opened-backend.ts";
import { createLeased, MOMENT, sampleEnding, samplePause, sampleRun } from "./samples.ts";

/** Answers are kept, the first for each path, whenever they come. */
export function describeSignals(open: OpenBackend): void {
  describe("keeps signals:", () => {
    test("in the order in which they came, with every field", async () => {
      const { backend } = await open();
      await backend.createRun(sampleRun("run"));
      const signals = [
        { path: "z", value: `{"ok":true}`, at: MOMENT + 0.5 },
        { path: "a", value: "", at: MOMENT },
      ];
      for (const signal of signals) expect(await backend.putSignal("run", signal)).toBe(true);
      expect(await backend.readSignals("run")).toStrictEqual(signals);
    });

    test("the first for a path stays", async () => {
      const { backend } = await open();
      await backend.createRun(sampleRun("run"));
      const first = { path: "approve", value: "1", at: MOMENT };
      await backend.putSignal("run", first);
      expect(await backend.putSignal("run", { path: "approve", value: "2", at: MOMENT + 1 })).toBe(false);
      expect(await backend.readSignals("run")).toStrictEqual([first]);
    });

    test("of 100 answers at once, the one that was told so is stored", async () => {
      const { backend } = await open();
      await backend.createRun(sampleRun("run"));
      const stored = await Promise.all(
        Array.from({ length: 100 }, (_, at) => backend.putSignal("run", { path: "approve", value: `${at}`, at })),
      );
      expect(stored.filter(Boolean)).toHaveLength(1);
      const winner = stored.indexOf(true);
      expect(await backend.readSignals("run")).toStrictEqual([{ path: "approve", value: `${winner}`, at: winner }]);
    });

    test("each run has its own", async () => {
      const { backend } = await open();
      for (const runId of ["one", "other"]) {
        await backend.createRun(sampleRun(runId));
        expect(await backend.putSignal(runId, { path: "approve", value: runId, at: MOMENT })).toBe(true);
      }
      expect((await backend.readSignals("one")).map((signal) => signal.value)).toStrictEqual(["one"]);
    });

    test("whatever the run's status, and without changing it", async () => {
      const { backend } = await open();
      await createLeased(backend, "running");
      await backend.endRun(await createLeased(backend, "paused"), samplePause("approve"));
      await backend.endRun(await createLeased(backend, "completed"), sampleEnding());
      for (const runId of ["running", "paused", "completed"]) {
        const before = await backend.getRun(runId);
        expect(await backend.putSignal(runId, { path: "approve", value: "1", at: MOMENT })).toBe(true);
        expect(await backend.getRun(runId)).toStrictEqual(before);
      }
    });

    test("for a run that nobody created there are none: it is refused", async () => {
      const { backend } = await open();
      const signal = { path: "approve", value: "1", at: MOMENT };
      await expect(backend.putSignal("nobody", signal)).rejects.toMatchObject({
        code: "run_not_found",
        runId: "nobody",
      });
      await backend.createRun(sampleRun("nobody"));
      expect(await backend.readSignals("nobody")).toStrictEqual([]);
    });

    test("paths and values of any spelling come back as they were", async () => {
      const { backend } = await open();
      await backend.createRun(sampleRun("run"));
      const signals = HOSTILE_TEXTS.map((text) => ({ path: text, value: text, at: MOMENT }));
      for (const signal of signals) expect(await backend.putSignal("run", signal)).toBe(true);
      expect(await backend.readSignals("run")).toStrictEqual(signals);
    });
  });
}
