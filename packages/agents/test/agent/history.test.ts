import { Flujo } from "@flujo/core";
import { pipeline, step } from "@flujo/dsl";
import { type ScriptedModel, scriptedModel } from "@flujo/testing";
import { expect, test } from "vitest";
import { z } from "zod";
import { agents } from "../../src/index.ts";

interface Desk {
  readonly tone: "dry" | "warm";
}

/** A run in which an agent calls a tool in each of three turns, and answers in the fourth, by the number of its call and in the context's tone. */
async function recorded() {
  const notes: string[] = [];
  const model: ScriptedModel = scriptedModel(() => {
    const call = model.calls.length;
    return call <= 3 ? { toolCalls: [{ name: "note", input: { call } }] } : `Done in ${call} calls.`;
  });
  const note = {
    inputSchema: z.object({ call: z.number() }),
    execute: ({ call }: { call: number }, { context }: { context: unknown }) => {
      notes.push(`${call} ${(context as Desk).tone}`);
      return "noted";
    },
  };
  const read = step("read", (topic: string) => topic);
  const clerk = agents<Desk>().agent("clerk", { model, prompt: (topic: string) => topic, tools: { note } });
  const flujo = new Flujo(pipeline("desk", read, clerk), { context: { tone: "dry" } });
  const result = await flujo.run("owls", { runId: "first" });
  expect(result).toMatchObject({ status: "completed", output: "Done in 4 calls." });
  expect(notes.splice(0)).toEqual(["1 dry", "2 dry", "3 dry"]);
  return { flujo, model, notes, [Symbol.asyncDispose]: () => flujo[Symbol.asyncDispose]() };
}

test.each([
  ["clerk#3/model", 3, []],
  ["clerk@1/note", 3, ["2 warm"]],
  ["clerk#4/model", 4, []],
  ["clerk", 1, []],
])(
  "a fork at %s of an agent asks the model once more, and pays no earlier turn again",
  async (from, requests, noted) => {
    await using desk = await recorded();
    const fork = await desk.flujo.fork("first", { from, runId: "second", context: { tone: "warm" } });
    expect(fork).toMatchObject({ status: "completed", output: "Done in 5 calls.", context: { tone: "warm" } });
    expect(desk.model.calls).toHaveLength(5);
    expect(fork.usage.requests).toBe(requests);
    expect(desk.notes).toEqual(noted);
  },
);

test("a replay of an agent, or of its fork, asks no model, calls no tool, and comes to the same", async () => {
  await using desk = await recorded();
  await desk.flujo.fork("first", { from: "clerk#3/model", runId: "second" });
  expect(await desk.flujo.replay("first")).toEqual({ diverged: false });
  expect(await desk.flujo.replay("second")).toEqual({ diverged: false });
  expect(desk.model.calls).toHaveLength(5);
  expect(desk.notes).toEqual([]);
});

test("runs of an agent are compared turn by turn, in what they said and used", async () => {
  await using desk = await recorded();
  await desk.flujo.fork("first", { from: "clerk#3/model", runId: "second" });
  const { same, steps } = await desk.flujo.diff("first", "second");
  expect(same).toBe(false);
  expect(steps.map(({ path, change }) => `${path} ${change}`)).toEqual([
    "read same",
    "clerk#1/model same",
    "clerk@0/note same",
    "clerk#2/model same",
    "clerk@1/note same",
    "clerk#3/model changed",
    "clerk@2/note only-first",
    "clerk#4/model only-first",
    "clerk changed",
  ]);
});
