import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { drive } from "./drive.ts";
import { entryAt, newRun, openQuick, pathsOf } from "./samples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = temporaryFolder();
const STOPS = 10;

describe("A process stopped while it drives a run", () => {
  test("writes nothing when it wakes after its lease was taken, wherever it was stopped", async () => {
    for (let stop = 0; stop < STOPS; stop++) {
      await using backend = openQuick(join(root, `${stop}`), { busyTimeoutMs: 50 });
      await backend.createRun(newRun("run"));
      const { child, lines, ended } = await drive(join(root, `${stop}`), "run", 1);
      let taken: Awaited<ReturnType<typeof backend.acquireLease>>;
      while (taken === undefined) {
        await wait(stop);
        child.kill("SIGSTOP");
        // Stopped in the midst of a write, it holds the lock: that is waited for, said, and left to it.
        taken = await backend.acquireLease("run", 60_000).catch((error: { code: string; message: string }) => {
          expect(error).toMatchObject({
            code: "state",
            message: expect.stringMatching(/is locked by another process/),
          });
          return undefined;
        });
        if (taken === undefined) child.kill("SIGCONT");
      }
      const before = await pathsOf(backend, "run");
      child.kill("SIGCONT");
      expect(await ended).toStrictEqual([0, null]);
      expect(lines.at(-1)).toBe("lease_lost");
      expect(await pathsOf(backend, "run")).toStrictEqual(before);
      expect(before.filter((path) => lines.includes(path))).toStrictEqual(lines.slice(0, -1));
      await backend.appendEntries(taken, [entryAt("2/0")]);
      expect(await pathsOf(backend, "run")).toStrictEqual([...before, "2/0"]);
    }
  });
});
