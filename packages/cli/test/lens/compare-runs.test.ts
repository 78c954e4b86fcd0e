import { Flujo, MemoryStateBackend, type StoredRunHistory } from "@flujo/core";
import { type RunRecord, StateBackend } from "@flujo/core/protocols";
import { pipeline, step } from "@flujo/dsl";
import { expect, it } from "vitest";
import { compareRuns } from "../../src/lens/compare-runs.ts";

async function failed(why: string): Promise<StoredRunHistory> {
  const state = new MemoryStateBackend();
  const breaks = step("breaks", () => {
    throw new Error(why);
  });
  await using flujo = new Flujo(pipeline("failing", breaks), {
    modules: [(container) => container.register(StateBackend, { useValue: state })],
  });
  await flujo.run(undefined, { runId: why });
  return { record: (await state.getRun(why)) as RunRecord, entries: await state.readEntries(why) };
}

it("takes two that failed for one reason for the same", async () => {
  const [first, second] = [await failed("no paper"), await failed("no paper")];
  expect(compareRuns(first, second)).toMatchObject({ same: true, steps: [{ path: "breaks", change: "same" }] });
});

it("takes two that failed for different reasons for different", async () => {
  const [first, second] = [await failed("no paper"), await failed("no ink")];
  expect(compareRuns(first, second)).toMatchObject({ same: false, steps: [{ path: "breaks", change: "changed" }] });
});
