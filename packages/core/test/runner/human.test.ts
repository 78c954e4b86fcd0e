import { Flujo, unwrap } from "@flujo/core";
import { human, loop, map, parallel, pipeline, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";
import { z } from "zod";

const approve = (name: string) =>
  human(name, {
    prompt: (n: number) => `Publish ${n}?`,
    schema: z.object({ ok: z.boolean(), note: z.string().default("none") }),
  });

describe("a human step", () => {
  test("pauses the run, says what it wants, and gives the answer as its schema makes it", async () => {
    let prompts = 0;
    const ask = human("ask", {
      prompt: () => `call ${++prompts}`,
      schema: z.object({ ok: z.boolean(), note: z.string().default("none") }),
    });
    await using flujo = new Flujo(
      pipeline(
        "p",
        step("before", (n: number) => n + 1),
        ask,
        step("after", (answer: { note: string }) => answer.note),
      ),
    );
    const paused = await flujo.run(1, { runId: "r" });
    expect(paused).toMatchObject({
      status: "paused",
      awaiting: [{ path: "ask", prompt: "call 1", schema: { type: "object" } }],
    });
    expect(await flujo.state.getRun("r")).toMatchObject({ status: "paused", driven: false });
    expect(await flujo.run(1, { runId: "r" })).toEqual(paused);
    expect(await flujo.resume("r")).toEqual(paused);
    const done = await flujo.resume("r", { signals: { ask: { ok: true } } });
    expect(unwrap(done)).toBe("none");
    expect(done.steps.map(({ path }) => path)).toEqual(["before", "ask", "after"]);
    expect(prompts).toBe(1);
  });

  test("refuses a wrong answer and stays as it was", async () => {
    await using flujo = new Flujo(approve("ask"));
    await flujo.run(1, { runId: "r" });
    await expect(flujo.resume("r", { signals: { ask: { ok: "yes" } } })).rejects.toMatchObject({
      code: "signal_refused",
      message: expect.stringContaining("ok: Invalid input: expected boolean"),
    });
    await expect(flujo.resume("r", { signals: { other: { ok: true } } })).rejects.toMatchObject({
      message: expect.stringContaining('waits for "ask", not for "other"'),
    });
    expect(await flujo.state.readSignals("r")).toEqual([]);
    expect(await flujo.resume("r", { signals: { ask: { ok: false } } })).toMatchObject({
      output: { ok: false, note: "none" },
    });
    await expect(flujo.resume("r", { signals: { ask: { ok: true } } })).rejects.toMatchObject({
      code: "signal_refused",
    });
  });

  test("may fall into any branch, item or iteration, in any number and answering order", async () => {
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [1, 3, 0, 2],
      [2, 0, 3, 1],
    ];
    const results = await Promise.all(
      orders.map(async (order) => {
        const sides = parallel("sides", {
          left: approve("ask"),
          right: approve("ask"),
          items: step("list", (n: number) => [n, n + 1]).pipe(map("each", approve("ask"))),
        });
        await using flujo = new Flujo(sides);
        const paused = await flujo.run(1, { runId: "r" });
        if (paused.status !== "paused") throw new Error("should pause");
        expect(paused.awaiting.map(({ path }) => path)).toEqual([
          "sides[left]/ask",
          "sides[right]/ask",
          "sides[items]/each@0/ask",
          "sides[items]/each@1/ask",
        ]);
        await expect(flujo.resume("r", { signals: { ask: { ok: true } } })).rejects.toMatchObject({
          code: "signal_refused",
        });
        let result = paused as Awaited<ReturnType<typeof flujo.resume>>;
        for (const index of order) {
          const { token, path } = paused.awaiting[index] as (typeof paused.awaiting)[number];
          result = await flujo.resume("r", { signals: { [index % 2 === 0 ? token : path]: { ok: index % 2 === 0 } } });
        }
        return { output: unwrap(result), steps: result.steps.map(({ path }) => path).sort() };
      }),
    );
    for (const result of results) expect(result).toEqual(results[0]);
    expect(results[0]?.output).toMatchObject({
      left: { ok: true },
      right: { ok: false },
      items: [{ ok: true }, { ok: false }],
    });
  });

  test("in a loop goes on in its iteration, and does the work before it once", async () => {
    const drafts: number[] = [];
    const draft = step("draft", (n: number) => (drafts.push(n), n + 1));
    const again = loop("again", {
      body: pipeline("turn", draft, approve("ask")),
      until: (answer) => answer.ok,
      next: (_answer, previous) => previous + 10,
      maxIterations: 5,
    });
    await using flujo = new Flujo(again);
    await flujo.run(1, { runId: "r" });
    const second = await flujo.resume("r", { signals: { "again#1/turn/ask": { ok: false } } });
    expect(second).toMatchObject({ status: "paused", awaiting: [{ path: "again#2/turn/ask", prompt: "Publish 12?" }] });
    expect(await flujo.resume("r", { signals: { ask: { ok: true } } })).toMatchObject({ status: "completed" });
    expect(drafts).toEqual([1, 11]);
  });

  test("keeps a question's token from one pause to the next", async () => {
    await using flujo = new Flujo(parallel("sides", { a: approve("a"), b: approve("b") }));
    const first = await flujo.run(1, { runId: "r" });
    const second = await flujo.resume("r", { signals: { a: { ok: true } } });
    if (first.status !== "paused" || second.status !== "paused") throw new Error("should pause");
    expect(second.awaiting).toEqual([first.awaiting[1]]);
  });

  test("does not keep its siblings from finishing, once", async () => {
    let calls = 0;
    const work = step("work", async (n: number) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return (calls++, n);
    });
    await using flujo = new Flujo(parallel("sides", { ask: approve("ask"), work }));
    await flujo.run(1, { runId: "r" });
    expect(unwrap(await flujo.resume("r", { signals: { ask: { ok: true } } }))).toMatchObject({ work: 1 });
    expect(calls).toBe(1);
  });

  test("takes answers from several calls at once, each once", async () => {
    const asks = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`b${index}`, approve("ask")]));
    await using flujo = new Flujo(parallel("sides", asks));
    await flujo.run(1, { runId: "r" });
    await Promise.all(
      Object.keys(asks).map((name) => flujo.resume("r", { signals: { [`sides[${name}]/ask`]: { ok: true } } })),
    );
    expect(await flujo.resume("r")).toMatchObject({ status: "completed" });
  });
});
