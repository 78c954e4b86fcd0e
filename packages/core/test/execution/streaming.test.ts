import { Flujo } from "@flujo/core";
import { type Step, step } from "@flujo/dsl";
import { describe, expect, test } from "vitest";

/** Sends `count` chunks, each once the one before was taken note of; tells how many it has sent. */
function talker(count: number): { readonly talk: Step<null, number>; readonly sent: () => number } {
  let sent = 0;
  const talk = step("talk", async (_: null, { emit, signal }) => {
    for (; sent < count; sent++) {
      signal.throwIfAborted();
      await emit(sent);
    }
    return sent;
  });
  return { talk, sent: () => sent };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("a stream", () => {
  test("that is read slowly holds up a step that waits for it, and loses nothing", async () => {
    const talking = talker(1_000);
    await using flujo = new Flujo(talking.talk);
    const chunks: unknown[] = [];
    let furthest = 0;
    for await (const event of flujo.stream(null)) {
      if (event.type !== "step-chunk") continue;
      chunks.push(event.chunk);
      furthest = Math.max(furthest, talking.sent() - chunks.length);
      await turn();
    }
    expect(chunks).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
    expect(furthest).toBeLessThan(100);
  });

  test("that is left cancels the run, and a step that waits for its reader is let go", async () => {
    const talking = talker(10_000);
    await using flujo = new Flujo(talking.talk);
    for await (const event of flujo.stream(null, { runId: "r" })) {
      if (event.type === "step-chunk") break;
    }
    expect((await flujo.state.getRun("r"))?.status).toBe("cancelled");
    expect(talking.sent()).toBeLessThan(10_000);
  });
});

test("a step that nobody reads is not held up", async () => {
  const talking = talker(1_000);
  await using flujo = new Flujo(talking.talk);
  expect(await flujo.start(null).result).toMatchObject({ status: "completed", output: 1_000 });
});

test("a reader that leaves a handle alone lets the run go on", async () => {
  const talking = talker(1_000);
  await using flujo = new Flujo(talking.talk);
  const handle = flujo.start(null);
  for await (const event of handle) if (event.type === "step-chunk") break;
  expect(await handle.result).toMatchObject({ status: "completed", output: 1_000 });
});
