import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import { describe, expect, test } from "vitest";
import { lease } from "../lease.ts";
import { newRun } from "../new-run.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const folder = temporaryFolder();
const ENTRY = {
  kind: "function",
  name: "a",
  status: "completed",
  output: "x".repeat(500),
  attempts: 1,
  startedAt: 0,
  endedAt: 1,
} as const;

describe("A backup", () => {
  test("is a state file with all that was acknowledged before it was asked for, while writes go on", async () => {
    await using backend = new SqliteStateBackend({ file: join(folder, "used.db") });
    const held = await lease(backend, "run");
    for (let first = 0; first < 2_000; first += 100) {
      const paths = Array.from({ length: 100 }, (_, at) => `${first + at}`);
      await backend.appendEntries(
        held,
        paths.map((path) => ({ ...ENTRY, path })),
      );
    }
    const target = join(folder, "backups", "copy.db");
    let done = false;
    const backup = backend.backup(target).finally(() => {
      done = true;
    });
    for (let more = 0; !done; more++) await backend.appendEntries(held, [{ ...ENTRY, path: `more ${more}` }]);
    await backup;
    expect(readdirSync(join(folder, "backups"))).toStrictEqual(["copy.db"]);
    await using copy = new SqliteStateBackend({ file: target });
    expect(await copy.checkIntegrity()).toStrictEqual([]);
    const entries = await copy.readEntries("run");
    expect(entries.slice(0, 2_000).map(({ path }) => path)).toStrictEqual(
      Array.from({ length: 2_000 }, (_, at) => `${at}`),
    );
    expect(await copy.getRun("run")).toMatchObject({ status: "running" });
  });

  test("takes no name that is taken, and leaves what has it as it is", async () => {
    const target = join(folder, "taken.db");
    writeFileSync(target, "mine");
    await using backend = new SqliteStateBackend({ file: join(folder, "other.db") });
    await expect(backend.backup(target)).rejects.toMatchObject({
      code: "state",
      message: expect.stringContaining(target),
    });
    await expect(backend.backup(join(folder, "other.db"))).rejects.toMatchObject({ code: "state" });
    expect(readFileSync(target, "utf8")).toBe("mine");
  });

  test("is finished before the file is closed", async () => {
    const backend = new SqliteStateBackend({ file: join(folder, "closing.db") });
    await backend.createRun(newRun("run"));
    const backup = backend.backup(join(folder, "closed.db"));
    await backend[Symbol.asyncDispose]();
    await backup;
    expect(existsSync(join(folder, "closed.db"))).toBe(true);
    await expect(backend.backup(join(folder, "late.db"))).rejects.toMatchObject({ code: "state" });
    await expect(backend.query("SELECT 1")).rejects.toMatchObject({ code: "state" });
    await expect(backend.checkIntegrity()).rejects.toMatchObject({ code: "state" });
  });

  test("that can't be written says so, and leaves nothing", async () => {
    writeFileSync(join(folder, "a-file"), "");
    await using backend = new SqliteStateBackend({ file: join(folder, "source.db") });
    await expect(backend.backup(join(folder, "a-file", "in-it.db"))).rejects.toMatchObject({ code: "state" });
  });
});
