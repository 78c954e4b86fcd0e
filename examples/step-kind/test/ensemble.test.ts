import { Flujo, unwrap } from "@flujo/core";
import { human, type Step, step } from "@flujo/dsl";
import { ensemble, majority, stepKinds } from "@flujo/example-step-kind";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type Notes, s } from "./waiting.ts";

function runner<Output>(graph: Step<number, Output, Notes>) {
  return new Flujo(graph, { modules: [stepKinds()], context: { notes: [] } });
}

async function run<Output>(graph: Step<number, Output, Notes>) {
  await using flujo = runner(graph);
  return await flujo.run(1);
}

/** A member that gives its index, later the higher that is; those listed fail, those beyond `last` wait to be aborted. */
function member({ failing = [] as number[], last = Infinity, log = [] as string[] } = {}) {
  return s.step("member", async (_: number, { path, signal, update }) => {
    const index = Number(/@(\d+)/.exec(path)?.[1]);
    update((draft) => draft.notes.push(`member ${index}`));
    if (failing.includes(index)) throw new Error(`no ${index}`);
    if (index > last) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      log.push(`${index} aborted`);
      throw signal.reason;
    }
    await new Promise((resolve) => setTimeout(resolve, index * 3));
    return index;
  });
}
const list = (ballots: readonly number[]) => ballots;

describe("ensemble", () => {
  test("votes on what its members gave, in their order, and drops their context changes", async () => {
    const result = await run(ensemble("jury", { body: member(), times: 3, vote: list }));
    expect(unwrap(result)).toEqual([0, 1, 2]);
    expect(result.context).toEqual({ notes: [] });
    expect(result.steps.map(({ path }) => path).sort()).toEqual([
      "jury",
      "jury@0/member",
      "jury@1/member",
      "jury@2/member",
    ]);
  });

  test("ends with its quorum, the others aborted", async () => {
    const log: string[] = [];
    const body = member({ failing: [0], last: 2, log });
    expect(unwrap(await run(ensemble("jury", { body, times: 5, quorum: 2, vote: list })))).toEqual([1, 2]);
    expect(log).toEqual(["3 aborted", "4 aborted"]);
  });

  test("fails as soon as its quorum can't be reached", async () => {
    const log: string[] = [];
    const body = member({ failing: [0, 1], last: 1, log });
    expect(await run(ensemble("jury", { body, times: 3, quorum: 2, vote: list }))).toMatchObject({
      status: "failed",
      error: { code: "example_quorum", needed: 2, path: "jury", cause: { message: "no 1" } },
    });
    expect(log).toEqual(["2 aborted"]);
  });

  test("keeps to its concurrency", async () => {
    let running = 0;
    let most = 0;
    const body = s.step("member", async (n: number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
      return n;
    });
    expect(unwrap(await run(ensemble("jury", { body, times: 5, concurrency: 2, vote: list })))).toHaveLength(5);
    expect(most).toBe(2);
  });

  test("asks several people, and ends when enough of them have answered", async () => {
    const body = human("ask", { prompt: (_: number) => "guilty?", schema: z.boolean() });
    await using flujo = runner(ensemble("jury", { body, times: 3, quorum: 2, vote: majority }));
    const paused = await flujo.run(1, { runId: "r" });
    expect(paused).toMatchObject({
      awaiting: [{ path: "jury@0/ask" }, { path: "jury@1/ask" }, { path: "jury@2/ask" }],
    });
    await flujo.resume("r", { signals: { "jury@2/ask": true } });
    expect(unwrap(await flujo.resume("r", { signals: { "jury@0/ask": true } }))).toBe(true);
  });

  test("fails with its vote", async () => {
    const vote = (): number => {
      throw new Error("hung");
    };
    expect(await run(ensemble("jury", { body: member(), times: 2, vote }))).toMatchObject({
      status: "failed",
      error: { message: "hung", path: "jury" },
    });
  });

  test.each([
    [{ times: 0 }, "times must be a whole number from 1, but is 0"],
    [{ times: 1.5 }, "times must be a whole number from 1, but is 1.5"],
    [{ times: 2, quorum: 3 }, "quorum must be a whole number from 1 to 2, but is 3"],
    [{ times: 2, concurrency: 0 }, "concurrency must be a whole number from 1, but is 0"],
    [{ times: 2, vote: undefined as never }, 'vote of ensemble "jury" must be a function, but is undefined'],
    [{ times: 2, body: 7 as never }, 'body of ensemble "jury" must be a step, but is 7'],
  ])("refuses %o", (options, message) => {
    const body = step("member", (n: number) => n);
    expect(() => ensemble("jury", { body, vote: list, ...options })).toThrow(message);
  });
});

describe("majority", () => {
  test("is what was given most often; of several, what was given first", () => {
    expect(majority(["a", "b", "b"])).toBe("b");
    expect(majority([2, 1, 1, 2])).toBe(2);
    expect(majority([false])).toBe(false);
  });
});
