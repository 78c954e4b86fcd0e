import { MemoryStateBackend } from "@flujo/core";
import { beforeEach, describe, expect, it } from "vitest";
import { findRun } from "../../src/lens/find-run.ts";

let state: MemoryStateBackend;

beforeEach(async () => {
  state = new MemoryStateBackend();
  for (const runId of ["abc1", "abc2", "abc", "xyz1"]) {
    await state.createRun({ runId, pipeline: "p", plan: "{}", input: "null", context: "{}", tags: {}, createdAt: 1 });
  }
});

describe("findRun", () => {
  it("takes an id, also where others begin with it", async () => {
    expect((await findRun(state, "abc")).runId).toBe("abc");
  });

  it("takes the beginning that only one id has", async () => {
    expect((await findRun(state, "xy")).runId).toBe("xyz1");
  });

  it("names the runs that fit where there are several", async () => {
    await expect(findRun(state, "ab")).rejects.toThrow(/beginning of 3 runs: .*abc1/);
  });

  it("says so where there is none", async () => {
    await expect(findRun(state, "q")).rejects.toMatchObject({ code: "run_not_found" });
  });

  it("looks through all pages", async () => {
    for (let index = 0; index < 450; index++) {
      await state.createRun({
        runId: `many-${index}`,
        pipeline: "p",
        plan: "{}",
        input: "null",
        context: "{}",
        tags: {},
        createdAt: 2,
      });
    }
    expect((await findRun(state, "xyz")).runId).toBe("xyz1");
  });
});
