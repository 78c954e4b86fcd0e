import { linkSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { newLeaseOwner } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";
import { resolveFileStateOptions } from "../../../src/state/file/file-state-options.ts";
import { RunLock } from "../../../src/state/file/run-lock.ts";
import { openStateFolder, type StateFolder } from "../../../src/state/file/state-folder.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = temporaryFolder();

function open(name: string): StateFolder {
  return openStateFolder(resolveFileStateOptions({ folder: join(root, name), durability: "normal" }));
}

/** Of a process that had this one's id and is gone. */
function deadOwner(): string {
  return JSON.stringify({ ...(JSON.parse(newLeaseOwner()) as object), startedAt: "1" });
}

describe("The lock of a run", () => {
  test("is held by one backend at a time, in turn", async () => {
    const [one, other] = [new RunLock(open("turns"), 20_000), new RunLock(open("turns"), 20_000)];
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await wait(1);
      inside -= 1;
    };
    await Promise.all([one, other, one, other, one, other].map((lock) => lock.hold("run.log", work)));
    expect(most).toBe(1);
  });

  test("is given back when the work fails", async () => {
    const folder = open("failing");
    const lock = new RunLock(folder, 0);
    await expect(lock.hold("run.log", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(readdirSync(folder.locks)).toStrictEqual([]);
    expect(await lock.hold("run.log", async () => "yes")).toBe("yes");
  });

  test("is waited for as long as it was told to, and says who holds it and where", async () => {
    const folder = open("busy");
    linkSync(folder.ownerFile, join(folder.locks, "run.log"));
    await expect(new RunLock(open("busy"), 50).hold("run.log", async () => "no")).rejects.toMatchObject({
      code: "state",
      message: expect.stringMatching(
        new RegExp(`locked by another process, .*"pid":${process.pid},.* remove ${join(folder.locks, "run.log")}$`),
      ),
    });
    expect(readdirSync(folder.locks)).toStrictEqual(["run.log"]);
  });

  test("is taken from a holder that is dead, at once", async () => {
    const folder = open("dead");
    writeFileSync(join(folder.locks, "run.log"), deadOwner());
    expect(await new RunLock(folder, 0).hold("run.log", async () => "yes")).toBe("yes");
    expect(readdirSync(folder.breaking)).toStrictEqual([]);
  });

  test("is taken from a holder of a time before the system was started anew, whatever its container was", async () => {
    const folder = open("restarted");
    const before = { ...(JSON.parse(newLeaseOwner()) as object), host: "a container", boot: "an earlier one" };
    writeFileSync(join(folder.locks, "run.log"), JSON.stringify(before));
    expect(await new RunLock(folder, 0).hold("run.log", async () => "yes")).toBe("yes");
    writeFileSync(join(folder.locks, "run.log"), "");
    expect(await new RunLock(folder, 0).hold("run.log", async () => "yes")).toBe("yes");
  });

  test("is left to a holder of whom nothing is known", async () => {
    const folder = open("elsewhere");
    const elsewhere = JSON.stringify({ ...(JSON.parse(deadOwner()) as object), pids: "pid:[1]" });
    writeFileSync(join(folder.locks, "run.log"), elsewhere);
    await expect(new RunLock(folder, 20).hold("run.log", async () => "no")).rejects.toMatchObject({ code: "state" });
  });

  test("of a dead holder is removed by one alone: not while another who lives is about to", async () => {
    const [folder, other] = [open("breaking"), open("breaking")];
    writeFileSync(join(folder.locks, "run.log"), deadOwner());
    linkSync(other.ownerFile, join(folder.breaking, other.instance));
    await expect(new RunLock(folder, 20).hold("run.log", async () => "no")).rejects.toMatchObject({ code: "state" });
    expect(readdirSync(folder.breaking)).toStrictEqual([other.instance]);
    // One who died over it does not count.
    writeFileSync(join(folder.breaking, "dead"), deadOwner());
    expect(await new RunLock(other, 20).hold("run.log", async () => "no").catch(() => "refused")).toBe("no");
    expect(readdirSync(folder.breaking)).toStrictEqual([]);
  });

  test("that its own backend could not remove is its own still", async () => {
    const folder = open("left");
    linkSync(folder.ownerFile, join(folder.locks, "run.log"));
    expect(await new RunLock(folder, 0).hold("run.log", async () => "yes")).toBe("yes");
    expect(readdirSync(folder.locks)).toStrictEqual([]);
  });
});
