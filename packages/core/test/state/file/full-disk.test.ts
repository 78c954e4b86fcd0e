import { execFile } from "node:child_process";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { FileStateBackend } from "@flujo/core";
import { describe, expect, test } from "vitest";
import { entryAt, lease, pathsOf } from "./samples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = temporaryFolder();
const run = promisify(execFile);
const FILL = new URL("./processes/fill-log.ts", import.meta.url).pathname;
const LOSE = new URL("./processes/lose-permission.ts", import.meta.url).pathname;

interface Filled {
  readonly acknowledged: readonly string[];
  readonly isOurs: boolean;
  readonly code: string;
  readonly message: string;
  readonly cause: string;
  /** Bytes of what was refused that are in the log. */
  readonly left: number;
}

describe("A log that can't grow", () => {
  test("refuses what does not fit, says why, keeps what was acknowledged, and takes what fits", async () => {
    const folder = join(root, "limited");
    // In blocks of 512 bytes, as POSIX has it.
    const limited = `ulimit -f 64; exec "$0" "$@"`;
    const { stdout } = await run("sh", ["-c", limited, process.execPath, FILL, folder, "5000"]);
    const filled = JSON.parse(stdout) as Filled;
    expect(filled).toMatchObject({ isOurs: true, code: "state", cause: "EFBIG", left: 0 });
    expect(filled.message).toMatch(/runs\/run-[0-9a-f]+\.log can't grow/);
    expect(filled.acknowledged.length).toBeGreaterThan(2);

    await using backend = new FileStateBackend({ folder });
    expect(await pathsOf(backend, "run")).toStrictEqual(filled.acknowledged);
    const held = await lease(backend, "run");
    await backend.appendEntries(held, [{ ...entryAt("more"), output: "x".repeat(5_000) }]);
    expect(await pathsOf(backend, "run")).toStrictEqual([...filled.acknowledged, "more"]);
  });

  // Needs a disk of its own, which not every machine lets a test have.
  if (process.env["FLUJO_PROOF"] !== undefined) {
    test("says of a full disk that it is full", async () => {
      const disk = join(root, "disk");
      mkdirSync(disk);
      const onDisk = `unshare -Urm sh -c 'mount -t tmpfs -o size=256k tmpfs "$0" && exec "$@"' "$0" "$@"`;
      const { stdout } = await run("sh", ["-c", onDisk, disk, process.execPath, FILL, join(disk, "state"), "30000"]);
      const filled = JSON.parse(stdout) as Filled;
      expect(filled).toMatchObject({ isOurs: true, code: "state", cause: "ENOSPC", left: 0 });
      expect(filled.message).toMatch(/the disk is full/);
      expect(filled.acknowledged.length).toBeGreaterThan(2);
    });
  }
});

test("A folder that can't be written to is refused, writes to it too, and works again once it can", async () => {
  const folder = join(root, "forbidden");
  chmodSync(root, 0o755);
  const { stdout } = await run(process.execPath, [LOSE, folder]);
  const said = JSON.parse(stdout) as string[];
  const forbidden = expect.stringMatching(/^state: .*forbidden.* may not be used by this process \((EACCES|EPERM)/);
  expect(said).toStrictEqual(["done", forbidden, forbidden, "done", "done"]);
  await using backend = new FileStateBackend({ folder });
  expect(await pathsOf(backend, "run")).toStrictEqual(["before", "meanwhile"]);
});
