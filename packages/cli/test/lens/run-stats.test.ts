import { Flujo, MemoryStateBackend } from "@flujo/core";
import { StateBackend } from "@flujo/core/protocols";
import { map, pipeline, step } from "@flujo/dsl";
import { beforeEach, describe, expect, it } from "vitest";
import { gatherStats } from "../../src/lens/run-stats.ts";

let state: MemoryStateBackend;

beforeEach(() => {
  state = new MemoryStateBackend();
});

const ask = step("ask", (n: number, { reportUsage }) => {
  reportUsage({ inputTokens: 10, outputTokens: 1, ...(n === 13 ? {} : { costUsd: 0.25 }) });
  return n;
});
const check = step("check", (n: number, { attempt }) => {
  if (n === 7 || (n === 2 && attempt === 1)) throw new Error("no such number");
  return n;
}).withRetry({ maxAttempts: 2, initialDelayMs: 1, jitter: "none" });
const numbers = pipeline("numbers", map("each", pipeline("one", ask, check)));

function runner(): Flujo<readonly number[], readonly number[]> {
  return new Flujo(numbers, {
    modules: [(container) => container.register(StateBackend, { useValue: state })],
  });
}

describe("gatherStats", () => {
  it("counts steps that have none in them, with what they cost, failures and attempts", async () => {
    await using flujo = runner();
    await flujo.run([1, 2]);
    await flujo.run([7]);
    const { runs, byStatus, spending, steps } = await gatherStats(state, {});
    expect(runs).toBe(2);
    expect([...byStatus].sort()).toEqual([
      ["completed", 1],
      ["failed", 1],
    ]);
    expect(spending).toMatchObject({ requests: 3, totalTokens: 33, costPico: 750_000_000_000n });
    expect(steps).toMatchObject([
      { pipeline: "numbers", name: "ask", count: 3, failures: 0, attempts: 3, spending: { requests: 3 } },
      { pipeline: "numbers", name: "check", count: 3, failures: 1, attempts: 5, spending: { requests: 0 } },
    ]);
  });

  it("leaves out a composite also in the runs in which nothing was in it", async () => {
    await using flujo = runner();
    await flujo.run([]);
    await flujo.run([1]);
    expect((await gatherStats(state, {})).steps.map(({ name }) => name).sort()).toEqual(["ask", "check"]);
  });

  it("gives what is known, and of how many runs it is not all", async () => {
    await using flujo = runner();
    await flujo.run([1, 13]);
    await flujo.run([1]);
    const going = {
      runId: "going",
      pipeline: "numbers",
      plan: "{}",
      input: "[]",
      context: "{}",
      tags: {},
      createdAt: 1,
    };
    await state.createRun(going);
    const { spending, unknownCosts, unknownTokens, durations, steps } = await gatherStats(state, {});
    expect(spending).toMatchObject({
      totalTokens: undefined,
      costPico: undefined,
      known: { totalTokens: 33, costPico: 500_000_000_000n },
    });
    expect({ unknownCosts, unknownTokens }).toEqual({ unknownCosts: 2, unknownTokens: 1 });
    expect(durations?.count).toBe(2);
    expect(steps.find(({ name }) => name === "ask")).toMatchObject({ count: 3, unknownCosts: 1 });
  });

  it("counts what a fork shares with another run only with that run", async () => {
    await using flujo = runner();
    await flujo.run([2], { runId: "first" });
    const before = await gatherStats(state, {});
    await flujo.fork("first", { from: "each@0/one/check", runId: "second" });
    const { spending, steps } = await gatherStats(state, {});
    expect(spending).toEqual(before.spending);
    const counts = Object.fromEntries(steps.map(({ name, count }) => [name, count]));
    expect(counts).toEqual({ ask: 1, check: 2 });
  });

  it("counts once what a fork shares inside of steps that are shared as a whole", async () => {
    const sum = step("sum", (all: readonly number[]) => all.length);
    await using flujo = new Flujo(pipeline("sums", numbers, sum), {
      modules: [(container) => container.register(StateBackend, { useValue: state })],
    });
    await flujo.run([1, 2], { runId: "first" });
    const before = await gatherStats(state, {});
    await flujo.fork("first", { from: "sum", runId: "second" });
    expect((await state.getRun("second"))?.usage?.requests).toBe(2);
    expect((await gatherStats(state, {})).spending).toEqual(before.spending);
  });

  it("looks only at runs that fit", async () => {
    await using flujo = runner();
    await flujo.run([1], { tags: { team: "docs" } });
    await flujo.run([7]);
    expect((await gatherStats(state, { status: ["failed"] })).runs).toBe(1);
    expect((await gatherStats(state, { tag: { team: "docs" } })).steps).toMatchObject([{ count: 1 }, { failures: 0 }]);
    expect((await gatherStats(state, { pipeline: "others" })).runs).toBe(0);
    expect((await gatherStats(state, { since: Date.now() + 60_000 })).runs).toBe(0);
  });

  it("asks a backend with 10,000 runs 50 times for runs, and once for the entries of each, one after another", async () => {
    const entry = { path: "only", kind: "step", name: "only", status: "completed", attempts: 1, endedAt: 3 } as const;
    for (let index = 0; index < 10_000; index++) {
      const run = { pipeline: "p", plan: "{}", input: "1", context: "{}", tags: {}, createdAt: index };
      await state.createRun({ runId: `run-${index}`, ...run }, [{ ...entry, startedAt: 1 }]);
    }
    const calls = { listRuns: 0, readEntries: 0 };
    const limits = new Set<number | undefined>();
    let [reading, mostAtOnce] = [0, 0];
    const counted: StateBackend = Object.assign(Object.create(state) as StateBackend, {
      listRuns: (query: Parameters<StateBackend["listRuns"]>[0]) => {
        calls.listRuns++;
        limits.add(query?.limit);
        return state.listRuns(query);
      },
      readEntries: async (runId: string) => {
        calls.readEntries++;
        mostAtOnce = Math.max(mostAtOnce, ++reading);
        const entries = await state.readEntries(runId);
        reading--;
        return entries;
      },
    });
    const { steps } = await gatherStats(counted, {});
    expect(steps).toMatchObject([{ name: "only", count: 10_000, durations: { medianMs: 2 } }]);
    expect(calls).toEqual({ listRuns: 50, readEntries: 10_000 });
    expect([...limits]).toEqual([200]);
    expect(mostAtOnce).toBe(1);
  });
});
