import { join } from "node:path";
import { FileStateBackend, fileState } from "@flujo/core";
import { Clock, StateBackend } from "@flujo/core/protocols";
import { container, type DependencyContainer } from "tsyringe";
import { describe, expect, test } from "vitest";
import { newRun } from "./samples.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const root = temporaryFolder();
const resolve = (from: DependencyContainer): StateBackend => from.resolve<StateBackend>(StateBackend);

describe("fileState", () => {
  test("registers one backend for each container that it is given", async () => {
    const module = fileState({ folder: join(root, "shared"), durability: "normal" });
    const [one, other] = [container.createChildContainer(), container.createChildContainer()];
    module(one);
    module(other);
    await using first = resolve(one);
    await using second = resolve(other);
    expect(resolve(one)).toBe(first);
    expect(second).not.toBe(first);
    await first.createRun(newRun("run"));
    expect(await second.getRun("run")).toMatchObject({ runId: "run" });
    expect(container.isRegistered(StateBackend)).toBe(false);
  });

  test("times leases by the container's clock, unless it is given one", async () => {
    const [containers, options] = [{ now: () => 1_000 }, { now: () => 2_000 }];
    for (const [given, expected] of [
      [undefined, containers],
      [options, options],
    ] as const) {
      const child = container.createChildContainer();
      child.registerInstance(Clock, containers as Clock);
      const folder = join(root, `clock ${expected.now()}`);
      fileState(given ? { folder, clock: given } : { folder })(child);
      await using backend = resolve(child);
      await backend.createRun(newRun("run"));
      await backend.acquireLease("run", 1);
      expect((await backend.getRun("run"))?.updatedAt).toBe(expected.now());
    }
  });

  test("opens no folder before the backend is needed, and checks its options at once", () => {
    fileState({ folder: join(import.meta.filename, "in a file") })(container.createChildContainer());
    expect(() => fileState({ folder: "" })).toThrow(
      expect.objectContaining({ code: "invalid_option", option: "folder" }),
    );
  });
});

describe("FileStateBackend", () => {
  test("says what its durability is, and that a host's processes share it", async () => {
    await using full = new FileStateBackend({ folder: join(root, "full") });
    await using normal = new FileStateBackend({ folder: join(root, "normal"), durability: "normal" });
    expect(full.capabilities).toStrictEqual({ durability: "power", sharedBy: "host" });
    expect(normal.capabilities).toStrictEqual({ durability: "process", sharedBy: "host" });
  });

  test.each([
    ["folder", ""],
    ["folder", 7],
    ["folder", "nul\0"],
    ["durability", "sometimes"],
    ["busyTimeoutMs", -1],
    ["busyTimeoutMs", 0.5],
    ["busyTimeoutMs", Number.NaN],
  ])("refuses %s = %j", (option, value) => {
    expect(() => new FileStateBackend({ folder: join(root, "never"), [option]: value })).toThrow(
      expect.objectContaining({ code: "invalid_option", option }),
    );
  });
});

test("fileState and the backend refuse options that nobody knows", () => {
  const misspelt = { folder: "never-made", durabilty: "normal" } as never;
  const refused = expect.objectContaining({ code: "invalid_option", option: "fileState.durabilty" });
  expect(() => fileState(misspelt)).toThrow(refused);
  expect(() => new FileStateBackend(misspelt)).toThrow(refused);
});
