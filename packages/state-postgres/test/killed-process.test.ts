import { setTimeout as wait } from "node:timers/promises";
import { PostgresStateBackend } from "@flujo/state-postgres";
import { describe, expect, test } from "vitest";
import { drive } from "./processes/drive.ts";
import { newRun } from "./samples.ts";
import { useServer } from "./server/use-server.ts";

const used = useServer();
const KILLS = 10;
const HOUR_MS = 3_600_000;

describe("A process killed while it drives a run", () => {
  test("leaves everything behind that was acknowledged, in order, and a lease that is free at once", async () => {
    const place = used.newPlace();
    // Open all the while, as on another host: it has to see for itself what became of the others.
    await using backend = new PostgresStateBackend(place);
    await backend.createRun(newRun("run"));
    const acknowledged: string[] = [];
    for (let kill = 1; kill <= KILLS; kill++) {
      const { child, lines, ended } = await drive(place, "run", HOUR_MS);
      expect(await backend.acquireLease("run", 1_000)).toBeUndefined();
      await wait(Math.random() * 60);
      child.kill("SIGKILL");
      expect(await ended).toStrictEqual([null, "SIGKILL"]);
      acknowledged.push(...lines);

      // Its lease is good for an hour, and its process is gone.
      expect(await backend.getRun("run")).toMatchObject({ status: "running", driven: false });
      expect((await backend.listRuns()).runs).toMatchObject([{ runId: "run", driven: false }]);
      const lease = await backend.acquireLease("run", HOUR_MS);
      expect(lease).toStrictEqual({ runId: "run", epoch: 2 * kill });
      // What it had asked for last may be there too: at most the two entries of one turn, for each kill.
      const stored = (await backend.readEntries("run")).map(({ path }) => path);
      expect(stored.filter((path) => acknowledged.includes(path))).toStrictEqual(acknowledged);
      expect(stored.length - acknowledged.length).toBeLessThanOrEqual(2 * kill);
      if (lease) await backend.releaseLease(lease);
    }
  });
});
