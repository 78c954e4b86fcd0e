import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { isOwnerDead, isOwnerOfAnotherBoot, newLeaseOwner } from "@flujo/core/protocols";
import { describe, expect, test } from "vitest";

const OWNER_PROGRAM = new URL("./processes/print-lease-owner.ts", import.meta.url).pathname;

/** Starts a process that prints its lease owner and then waits to be killed. */
async function startOwner(): Promise<{ readonly owner: string; readonly child: ChildProcess }> {
  const child = spawn(process.execPath, [OWNER_PROGRAM], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = await once(child.stdout, "data");
  return { owner: String(line).trim(), child };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

describe("The owner of a lease", () => {
  test("is alive in its own process, and differs from every other there", () => {
    const [one, other] = [newLeaseOwner(), newLeaseOwner()];
    expect(one).not.toBe(other);
    expect(isOwnerDead(one)).toBe(false);
  });

  test("is alive as long as its process is, and dead once that was killed", async () => {
    const { owner, child } = await startOwner();
    expect(isOwnerDead(owner)).toBe(false);
    await kill(child);
    expect(isOwnerDead(owner)).toBe(true);
  });

  test.runIf(process.platform === "linux")("is alive while its process is stopped", async () => {
    const { owner, child } = await startOwner();
    child.kill("SIGSTOP");
    expect(isOwnerDead(owner)).toBe(false);
    await kill(child);
  });

  test.runIf(process.platform === "linux")(
    "is dead if its process was killed and nobody asked how it ended",
    async () => {
      // The shell starts the owner, then becomes a program that never waits for its children.
      const parent = spawn("sh", ["-c", `"$0" "$1" <&0 & exec sleep 60`, process.execPath, OWNER_PROGRAM], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      const [line] = await once(parent.stdout, "data");
      const owner = String(line).trim();
      const { pid } = JSON.parse(owner) as { pid: number };
      process.kill(pid, "SIGKILL");
      await expect.poll(() => readFileSync(`/proc/${pid}/stat`, "utf8"), { timeout: 20_000 }).toMatch(/\) Z /);
      expect(isOwnerDead(owner)).toBe(true);
      await kill(parent);
    },
  );

  test.runIf(process.platform === "linux")("is dead if another process has its id now", () => {
    const owner = JSON.parse(newLeaseOwner()) as { startedAt: string };
    expect(isOwnerDead(JSON.stringify(owner))).toBe(false);
    expect(isOwnerDead(JSON.stringify({ ...owner, startedAt: "1" }))).toBe(true);
  });

  test("is taken for alive on another host, where its process can't be seen", async () => {
    const { owner, child } = await startOwner();
    await kill(child);
    const elsewhere = { ...(JSON.parse(owner) as object), host: "another host" };
    expect(isOwnerDead(JSON.stringify(elsewhere))).toBe(false);
    expect(isOwnerDead(JSON.stringify({ ...elsewhere, host: undefined }))).toBe(false);
  });

  test.runIf(process.platform === "linux")("is dead if the system was started anew since, on the same host", () => {
    const owner = { ...(JSON.parse(newLeaseOwner()) as object), boot: "an earlier one" };
    expect(isOwnerDead(JSON.stringify(owner))).toBe(true);
    expect(isOwnerOfAnotherBoot(JSON.stringify(owner))).toBe(true);
    const elsewhere = JSON.stringify({ ...owner, host: "another host" });
    expect([isOwnerDead(elsewhere), isOwnerOfAnotherBoot(elsewhere)]).toStrictEqual([false, true]);
    expect(isOwnerOfAnotherBoot(newLeaseOwner())).toBe(false);
    expect(isOwnerOfAnotherBoot(JSON.stringify({ ...owner, boot: undefined }))).toBe(false);
  });

  test("is taken for alive in another container, which has process ids of its own", async () => {
    const { owner, child } = await startOwner();
    await kill(child);
    const inside = { ...(JSON.parse(owner) as object), pids: "pid:[1]" };
    expect(isOwnerDead(JSON.stringify(inside))).toBe(false);
  });
});
