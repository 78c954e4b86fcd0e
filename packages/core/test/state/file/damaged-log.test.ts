import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { toFrame } from "../../../src/state/file/log-format.ts";
import { entryAt, lease, newRun, openQuick, pathsOf } from "./samples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = temporaryFolder();
let folders = 0;

interface Prepared {
  readonly folder: string;
  readonly file: string;
  /** How long the log was before each entry, and at its end. */
  readonly sizes: readonly number[];
}

/** A run with the entries `0`, `1` and `2`, whose driver gave its lease back. */
async function prepare(): Promise<Prepared> {
  const folder = join(root, `${folders++}`);
  await using backend = openQuick(folder);
  const held = await lease(backend, "run");
  const file = join(folder, "runs", readdirSync(join(folder, "runs"))[0] ?? "");
  const sizes = [readFileSync(file).length];
  for (const path of ["0", "1", "2"]) {
    await backend.appendEntries(held, [entryAt(path)]);
    sizes.push(readFileSync(file).length);
  }
  return { folder, file, sizes };
}

describe("A log whose last write was cut short", () => {
  test("at any byte, is read and goes on as if that write had never begun", async () => {
    const { folder, file, sizes } = await prepare();
    const bytes = readFileSync(file);
    const [before = 0] = sizes;
    for (let cut = before; cut <= bytes.length; cut++) {
      writeFileSync(file, bytes.subarray(0, cut));
      const whole = ["0", "1", "2"].filter((_, index) => (sizes[index + 1] ?? 0) <= cut);
      await using backend = openQuick(folder, { clock: { now: () => 1e15 } });
      expect(await pathsOf(backend, "run")).toStrictEqual(whole);
      const held = await lease(backend, "run");
      expect(held.epoch).toBe(2);
      await backend.appendEntries(held, [entryAt("next")]);
      expect(await pathsOf(backend, "run")).toStrictEqual([...whole, "next"]);
    }
  });

  test("is rid of all of it, also where what comes next is shorter", async () => {
    const { folder, file } = await prepare();
    const bytes = readFileSync(file);
    const large = toFrame(`entries ${"x".repeat(5_000)}`);
    appendFileSync(file, large.subarray(0, -1));
    await using backend = openQuick(folder);
    await backend.putSignal("run", { path: "a", value: "1", at: 0 });
    expect(readFileSync(file).length).toBeLessThan(bytes.length + 200);
    expect(await backend.readSignals("run")).toHaveLength(1);
  });

  test("is cut by a driver that is at work, when somebody else left it so", async () => {
    const { folder, file, sizes } = await prepare();
    await using driver = openQuick(folder);
    const held = await lease(driver, "run");
    const before = readFileSync(file);
    appendFileSync(file, before.subarray(sizes[2], (sizes[3] ?? 0) - 3));
    await driver.appendEntries(held, [entryAt("3")]);
    expect(readFileSync(file).subarray(0, before.length)).toStrictEqual(before);
    expect(await pathsOf(driver, "run")).toStrictEqual(["0", "1", "2", "3"]);
  });
});

describe("A log that is damaged", () => {
  test("refuses to be read, listed and written to, says where, and works again once mended", async () => {
    const { folder, file, sizes } = await prepare();
    const bytes = readFileSync(file);
    const damage = Buffer.from(bytes);
    const [, place = 0] = sizes;
    damage.writeUInt8(damage.readUInt8(place + 20) ^ 1, place + 20);
    await using backend = openQuick(folder);
    await backend.createRun(newRun("other"));
    writeFileSync(file, damage);
    const refused = { code: "state", message: expect.stringContaining(`${file} is damaged at byte ${place}:`) };
    await expect(backend.readEntries("run")).rejects.toMatchObject(refused);
    await expect(backend.getRun("run")).rejects.toMatchObject(refused);
    await expect(backend.readSignals("run")).rejects.toMatchObject(refused);
    await expect(backend.listRuns()).rejects.toMatchObject(refused);
    await expect(backend.acquireLease("run", 1)).rejects.toMatchObject(refused);
    await expect(backend.putSignal("run", { path: "a", value: "1", at: 0 })).rejects.toMatchObject(refused);
    expect(readFileSync(file)).toStrictEqual(damage);
    expect(await backend.getRun("other")).toMatchObject({ runId: "other" });

    writeFileSync(file, bytes);
    expect(await pathsOf(backend, "run")).toStrictEqual(["0", "1", "2"]);
    await backend.appendEntries(await lease(backend, "run"), [entryAt("3")]);
  });

  test("is found to be so by a driver that was at work all the while, and not written to", async () => {
    const { folder, file } = await prepare();
    await using driver = openQuick(folder);
    const held = await lease(driver, "run");
    const bytes = readFileSync(file);
    appendFileSync(file, "not a record, and long enough to be one");
    await expect(driver.appendEntries(held, [entryAt("3")])).rejects.toMatchObject({
      code: "state",
      message: expect.stringContaining(`${file} is damaged at byte ${bytes.length}:`),
    });
    truncateSync(file, bytes.length);
    await driver.appendEntries(held, [entryAt("3")]);
    expect(await pathsOf(driver, "run")).toStrictEqual(["0", "1", "2", "3"]);
  });

  test("is one that lost its end while a driver was at work", async () => {
    const { folder, file, sizes } = await prepare();
    await using driver = openQuick(folder);
    const held = await lease(driver, "run");
    const bytes = readFileSync(file);
    // In the midst of a record.
    truncateSync(file, (sizes[3] ?? 0) - 3);
    // Each time: to take it for a write that was cut short would be to forget what was acknowledged.
    for (const _ of [1, 2]) {
      await expect(driver.appendEntries(held, [entryAt("3")])).rejects.toMatchObject({
        code: "state",
        message: expect.stringContaining(`it is shorter than the ${bytes.length} bytes that were there`),
      });
    }
    writeFileSync(file, bytes);
    await driver.appendEntries(held, [entryAt("3")]);
  });

  test("is one that lost what its run began with", async () => {
    const { folder, file } = await prepare();
    const bytes = readFileSync(file);
    for (const length of [0, 10, 21, 25, 100]) {
      truncateSync(file, length);
      await using backend = openQuick(folder);
      await expect(backend.getRun("run")).rejects.toMatchObject({ code: "state" });
      await expect(backend.listRuns()).rejects.toMatchObject({ code: "state" });
      await expect(backend.acquireLease("run", 1)).rejects.toMatchObject({ code: "state" });
      expect(await backend.createRun(newRun("run"))).toBe(false);
      writeFileSync(file, bytes);
      expect((await backend.listRuns()).runs).toHaveLength(1);
    }
  });

  test("is one that stands in the place of another run's", async () => {
    const { folder, file } = await prepare();
    await using backend = openQuick(folder);
    await backend.createRun(newRun("other"));
    const other = join(
      folder,
      "runs",
      readdirSync(join(folder, "runs")).find((name) => name.startsWith("other")) ?? "",
    );
    copyFileSync(file, other);
    const refused = { code: "state", message: expect.stringContaining(`it is the log of the run "run"`) };
    await expect(backend.getRun("other")).rejects.toMatchObject(refused);
    await expect(backend.acquireLease("other", 1)).rejects.toMatchObject(refused);
    await expect(openQuick(folder).listRuns()).rejects.toMatchObject(refused);
  });
});

test("A log of a newer format is refused and left as it is", async () => {
  const { folder, file } = await prepare();
  const newer = Buffer.from(readFileSync(file).toString("latin1").replace("log 000002", "log 000007"), "latin1");
  writeFileSync(file, newer);
  await using backend = openQuick(folder);
  const refused = { code: "state_format", message: expect.stringMatching(/has format 7/) };
  await expect(backend.readEntries("run")).rejects.toMatchObject(refused);
  await expect(backend.acquireLease("run", 1)).rejects.toMatchObject(refused);
  await expect(backend.listRuns()).rejects.toMatchObject(refused);
  expect(readFileSync(file)).toStrictEqual(newer);
});

test("A log that somebody took away is a run that is no more", async () => {
  const { folder, file } = await prepare();
  await using backend = openQuick(folder);
  expect((await backend.listRuns()).runs).toHaveLength(1);
  renameSync(file, join(root, "taken away"));
  expect(await backend.getRun("run")).toBeUndefined();
  expect(await backend.listRuns()).toStrictEqual({ runs: [] });
  expect(await backend.acquireLease("run", 1)).toBeUndefined();
});
