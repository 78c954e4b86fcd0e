import { MemoryStateBackend } from "@flujo/core";
import { describeStateBackend } from "@flujo/testing";
import { describe, expect, test } from "vitest";

describeStateBackend({ name: "memory", open: (clock) => new MemoryStateBackend({ clock }) });

describe("MemoryStateBackend", () => {
  test("says that nothing survives it and nobody else sees it", () => {
    expect(new MemoryStateBackend().capabilities).toStrictEqual({ durability: "none", sharedBy: "process" });
  });

  test("times leases by the machine's clock unless it is given another", async () => {
    await using backend = new MemoryStateBackend();
    await backend.createRun({
      runId: "run",
      pipeline: "article",
      plan: "{}",
      input: "1",
      context: "{}",
      tags: {},
      createdAt: 0,
    });
    const before = Date.now();
    await backend.acquireLease("run", 60_000);
    const run = await backend.getRun("run");
    expect(run?.driven).toBe(true);
    expect(run?.updatedAt).toBeGreaterThanOrEqual(before);
    expect(run?.updatedAt).toBeLessThanOrEqual(Date.now());
  });
});
