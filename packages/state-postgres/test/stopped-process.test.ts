import { setTimeout as wait } from "node:timers/promises";
import { PostgresStateBackend } from "@flujo/state-postgres";
import { describe, expect, test } from "vitest";
import { drive } from "./processes/drive.ts";
import { newEntry, newRun } from "./samples.ts";
import { useServer } from "./server/use-server.ts";

const used = useServer();
const STOPS = 10;

describe("A process stopped while it drives a run", () => {
  test("writes nothing when it wakes after its lease was taken, wherever it was stopped", async () => {
    const place = used.newPlace();
    await using backend = new PostgresStateBackend(place);
    for (let stop = 0; stop < STOPS; stop++) {
      const runId = `run ${stop}`;
      await backend.createRun(newRun(runId));
      const { child, lines, ended } = await drive(place, runId, 1);
      await wait(stop);
      child.kill("SIGSTOP");
      const taken = await backend.acquireLease(runId, 60_000);
      if (taken === undefined) throw new Error("The lease of the stopped process is over");
      const before = (await backend.readEntries(runId)).map(({ path }) => path);
      child.kill("SIGCONT");
      expect(await ended).toStrictEqual([0, null]);
      expect(lines.at(-1)).toBe("lease_lost");
      const after = (await backend.readEntries(runId)).map(({ path }) => path);
      expect(after).toStrictEqual(before);
      expect(before.filter((path) => lines.includes(path))).toStrictEqual(lines.slice(0, -1));
      await backend.appendEntries(taken, [newEntry("2/0")]);
    }
  });
});
