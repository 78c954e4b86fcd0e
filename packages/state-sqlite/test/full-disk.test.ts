import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const run = promisify(execFile);
const FILL = new URL("./processes/fill-file.ts", import.meta.url).pathname;

interface Filled {
  readonly acknowledged: readonly string[];
  readonly code: string;
  readonly message: string;
  readonly cause: string;
}

/** What was acknowledged is there, nothing else is, and the run goes on. */
async function expectWhole(file: string, { acknowledged }: Filled): Promise<void> {
  expect(acknowledged.length).toBeGreaterThan(2);
  await using backend = new SqliteStateBackend({ file });
  expect(await backend.checkIntegrity()).toStrictEqual([]);
  expect((await backend.readEntries("run")).map(({ path }) => path)).toStrictEqual(acknowledged);
  const held = await backend.acquireLease("run", 1_000);
  expect(held).toMatchObject({ epoch: 2 });
  await backend.appendEntries(held ?? { runId: "", epoch: 0 }, [
    { path: "more", kind: "function", name: "more", status: "completed", attempts: 1, startedAt: 0, endedAt: 1 },
  ]);
}

describe("A state file that can't grow", () => {
  test("refuses what does not fit, says why, keeps what was acknowledged, and its run goes on once it can", async () => {
    const file = join(folder, "limited.db");
    // In blocks of 512 bytes, as POSIX has it.
    const { stdout } = await run("sh", ["-c", `ulimit -f 1000; exec "$0" "$@"`, process.execPath, FILL, file]);
    const filled = JSON.parse(stdout) as Filled;
    expect(filled).toMatchObject({ code: "state", cause: expect.stringMatching(/^SQLITE_(FULL|IOERR)/) });
    expect(filled.message).toMatch(/limited\.db can't/);
    await expectWhole(file, filled);
  });

  // Needs a disk of its own, which not every machine lets a test have.
  if (process.env["FLUJO_PROOF"] !== undefined) {
    test("says of a full disk that it is full", async () => {
      const disk = join(folder, "disk");
      mkdirSync(disk);
      const saved = join(folder, "saved.db");
      const onDisk = `unshare -Urm sh -c 'mount -t tmpfs -o size=2m tmpfs "$0" && "$@" && cp "$0"/state.db* "$FLUJO_SAVED"' "$0" "$@"`;
      mkdirSync(saved);
      const options = { env: { ...process.env, FLUJO_SAVED: saved } };
      const { stdout } = await run("sh", ["-c", onDisk, disk, process.execPath, FILL, join(disk, "state.db")], options);
      const filled = JSON.parse(stdout) as Filled;
      expect(filled).toMatchObject({ code: "state", cause: "SQLITE_FULL" });
      expect(filled.message).toMatch(/the disk is full/);
      await expectWhole(join(saved, "state.db"), filled);
    });
  }
});
