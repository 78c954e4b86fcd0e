import { createMCPClient } from "@ai-sdk/mcp";
import { Experimental_StdioMCPTransport as StdioTransport } from "@ai-sdk/mcp/mcp-stdio";
import { createOpenAI } from "@ai-sdk/openai";
import { Flujo } from "@flujo/core";
import { StateBackend } from "@flujo/core/protocols";
import { type ScriptedAnswer, type ScriptedServer, scriptedServer } from "@flujo/testing";
import { expect, test } from "vitest";
import { type AgentTool, agent } from "../../src/index.ts";

const SERVER = new URL("./processes/mcp-server.ts", import.meta.url).pathname;

/** Starts a server of tools, as a process of its own, and connects to it. */
async function connect() {
  const client = await createMCPClient({
    transport: new StdioTransport({ command: process.execPath, args: [SERVER] }),
  });
  return { tools: await client.tools(), [Symbol.asyncDispose]: () => client.close() };
}

const SUMS: ScriptedAnswer = {
  toolCalls: [
    { name: "add", input: { a: 1, b: 2 } },
    { name: "add", input: "{a: '3', b: 4,}" },
    { name: "fail" },
    { name: "add", input: { a: 1 } },
  ],
};

function counter({ settings }: ScriptedServer, tools: Readonly<Record<string, AgentTool>>, approval = false) {
  return agent("counter", { model: createOpenAI(settings).chat("gpt-5-mini"), prompt: "Add up.", tools, approval });
}

/** What the model was told of the calls of the turn before. */
function told(server: ScriptedServer): readonly string[] {
  const messages = server.journal.at(-1)?.request?.messages ?? [];
  return messages.flatMap(({ toolResults }) => toolResults.map(({ output }) => output));
}

test("tools of an MCP server are told to the model, called side by side, and their results told", async () => {
  await using mcp = await connect();
  await using server = await scriptedServer([SUMS, "3 and 7."]);
  await using flujo = new Flujo(counter(server, mcp.tools));
  expect(await flujo.run(undefined)).toMatchObject({ status: "completed", output: "3 and 7." });
  expect(server.journal[0]?.body).toMatchObject({
    tools: [
      { function: { name: "add", description: "Adds two numbers.", parameters: { required: ["a", "b"] } } },
      { function: { name: "fail" } },
    ],
  });
  expect(told(server)).toEqual([
    expect.stringContaining(`"text":"3"`),
    expect.stringContaining(`"text":"7"`),
    expect.stringContaining("out of order"),
    expect.stringMatching(/do not fit.*is missing/),
  ]);
});

test("a run that pauses in the middle goes on with another connection to a server that offers the same", async () => {
  await using server = await scriptedServer([{ toolCalls: [{ name: "add", input: { a: 1, b: 2 } }] }, "3."]);
  await using first = await connect();
  await using paused = new Flujo(counter(server, first.tools, true));
  expect(await paused.run(undefined, { runId: "one" })).toMatchObject({ status: "paused" });
  const { state } = paused;

  await using second = await connect();
  await using flujo = new Flujo(counter(server, second.tools, true), {
    modules: [(container) => container.register(StateBackend, { useValue: state })],
  });
  const result = await flujo.resume("one", { signals: { "counter@0/add/approve": true } });
  expect(result).toMatchObject({ status: "completed", output: "3." });
  expect(told(server)).toEqual([expect.stringContaining(`"text":"3"`)]);
});

test("a server that is gone is told to the model like any tool that throws", async () => {
  const mcp = await connect();
  await mcp[Symbol.asyncDispose]();
  await using server = await scriptedServer([{ toolCalls: [{ name: "add", input: { a: 1, b: 2 } }] }, "I can't."]);
  await using flujo = new Flujo(counter(server, mcp.tools));
  expect(await flujo.run(undefined)).toMatchObject({ status: "completed", output: "I can't." });
  expect(told(server)).toEqual([expect.stringContaining("The tool add failed")]);
});
