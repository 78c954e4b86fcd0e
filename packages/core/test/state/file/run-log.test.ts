import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { resolveFileStateOptions } from "../../../src/state/file/file-state-options.ts";
import type { LogRecord } from "../../../src/state/file/log-record.ts";
import { RunLock } from "../../../src/state/file/run-lock.ts";
import { RunLog } from "../../../src/state/file/run-log.ts";
import { logNameOf, openStateFolder } from "../../../src/state/file/state-folder.ts";
import { newRun, openQuick } from "./samples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = temporaryFolder();

/** Counts what is done under it: each is written at once, and waits for the disk once. */
class CountingLock extends RunLock {
  holds = 0;

  override hold<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    this.holds += 1;
    return super.hold(name, work);
  }
}

async function open(
  name: string,
): Promise<{ readonly log: RunLog; readonly lock: CountingLock; readonly file: string }> {
  const options = resolveFileStateOptions({ folder: join(root, name) });
  await using backend = openQuick(options.folder);
  await backend.createRun(newRun("run"));
  const folder = openStateFolder(options);
  const lock = new CountingLock(folder, 5_000);
  const file = join(folder.runs, logNameOf("run"));
  const { owner } = folder;
  return { lock, file, log: new RunLog({ file, name: logNameOf("run"), lock, synced: true, owner, onIdle: () => {} }) };
}

const signal = (path: string): LogRecord => ({ type: "signal", signal: { path, value: "1", at: 0 } });

describe("RunLog", () => {
  test("writes what is asked for in one turn of the event loop together, in order, and each sees those before it", async () => {
    const { log, lock } = await open("together");
    const write = (path: string): Promise<number | undefined> =>
      log.write((run) => ({ records: [signal(path)], result: run?.signals.size }));
    // The second is asked for in a later microtask of the same turn.
    const results = await Promise.all([write("a"), Promise.resolve().then(() => write("b")), write("c")]);
    expect(results).toStrictEqual([0, 2, 1]);
    expect(lock.holds).toBe(1);
    expect(await write("d")).toBe(3);
    expect(lock.holds).toBe(2);
  });

  test("writes together what is asked for while an earlier write waits for the disk", async () => {
    const { log, lock } = await open("meanwhile");
    const later: Promise<unknown>[] = [];
    const first = log.write(() => {
      // Asked for once this batch has been closed, in turns of their own.
      for (const path of ["b", "c"])
        later.push(nextTurn().then(() => log.write(() => ({ records: [signal(path)], result: 0 }))));
      return { records: [signal("a")], result: 0 };
    });
    await first;
    await Promise.all(later);
    expect(lock.holds).toBeLessThanOrEqual(3);
    expect(await log.write((run) => ({ records: [], result: run?.signals.size }))).toBe(3);
  });

  test("leaves out a write that throws, and no other of the same turn", async () => {
    const { log } = await open("throwing");
    const results = await Promise.allSettled([
      log.write(() => ({ records: [signal("first")], result: 1 })),
      log.write(() => {
        throw new Error("no");
      }),
      log.write((run) => ({ records: [signal("last")], result: run?.signals.size })),
    ]);
    expect(results).toMatchObject([{ value: 1 }, { reason: { message: "no" } }, { value: 1 }]);
  });

  test("acknowledges nothing before it is in the file", async () => {
    const { log, file } = await open("acknowledged");
    const before = readFileSync(file).length;
    const write = log.write(() => ({ records: [signal("a")], result: "done" }));
    expect(readFileSync(file).length).toBe(before);
    expect(await write).toBe("done");
    expect(readFileSync(file).length).toBeGreaterThan(before);
    expect(readdirSync(join(root, "acknowledged", "locks"))).toStrictEqual([]);
  });
});

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
