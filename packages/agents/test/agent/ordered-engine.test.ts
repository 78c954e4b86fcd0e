import { Flujo, MemoryStateBackend } from "@flujo/core";
import { StateBackend } from "@flujo/core/protocols";
import { OrderedEngine, type OrderedEvent, scriptedModel } from "@flujo/testing";
import { tool } from "ai";
import { expect, test } from "vitest";
import { z } from "zod";
import { agent } from "../../src/index.ts";

interface Effects {
  readonly modelCalls: number;
  readonly toolCalls: readonly string[];
}

/** An agent that is told of wrong arguments, calls tools side by side, asks a person, and is asked again for its answer. */
async function carryOut(journal: readonly OrderedEvent[], seed: number) {
  const toolCalls: string[] = [];
  let modelCalls = 0;
  const call = (id: string, toolName: string, input: unknown) => ({ id, name: toolName, input });
  const model = scriptedModel((request) => {
    modelCalls += 1;
    const turn = request.messages.filter(({ role }) => role === "assistant").length + 1;
    if (turn === 1) return { toolCalls: [call("1", "search", { wrong: true })] };
    if (turn === 2) return { toolCalls: [call("2", "search", { query: "a" }), call("3", "publish", { title: "b" })] };
    return turn === 3 ? "no JSON at all" : { text: '{"pages": 2}' };
  });
  const search = tool({
    inputSchema: z.object({ query: z.string() }),
    execute: async ({ query }) => {
      toolCalls.push(`search ${query}`);
      return `pages on ${query}`;
    },
  });
  const publish = Object.assign(
    tool({
      inputSchema: z.object({ title: z.string() }),
      execute: async ({ title }) => {
        toolCalls.push(`publish ${title}`);
        return "published";
      },
    }),
    { needsApproval: true },
  );
  const editor = agent("editor", {
    model,
    prompt: (topic: string) => `Write on ${topic}`,
    output: z.object({ pages: z.number() }),
    tools: { search, publish },
  });
  const engine = new OrderedEngine({ seed, journals: { run: journal } });
  await using flujo = new Flujo(editor, {
    modules: [(container) => container.register(StateBackend, { useValue: new MemoryStateBackend() }), engine.module],
  });
  let result = await flujo.run("dams", { runId: "run" });
  for (let pauses = 0; result.status === "paused" && pauses < 5; pauses++) {
    const signals = Object.fromEntries(result.awaiting.map(({ token }) => [token, { approved: true }]));
    result = await flujo.resume("run", { signals });
  }
  const effects: Effects = { modelCalls, toolCalls };
  return { result, effects, journal: engine.journalOf("run") };
}

test("an agent goes on from wherever an ordered journal is cut off, and pays for no call that is in it", async () => {
  const whole = await carryOut([], 1);
  expect(whole.result).toMatchObject({ status: "completed", output: { pages: 2 } });
  expect(whole.effects).toMatchObject({ modelCalls: 4 });
  for (let cut = 0; cut <= whole.journal.length; cut++) {
    const journal = whole.journal.slice(0, cut);
    const again = await carryOut(journal, cut + 2);
    expect(again.result, `cut after ${cut}`).toMatchObject({ status: "completed", output: { pages: 2 } });
    const settled = journal.filter(
      ({ type, path }) => type === "settled" && /\/model:attempt|re-ask:attempt/.test(path),
    );
    expect(again.effects.modelCalls).toBe(4 - settled.length);
  }
});
