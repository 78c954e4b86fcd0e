import { createOpenAI } from "@ai-sdk/openai";
import { generateText, isStepCount, tool } from "ai";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { type RepairReport, repairToolCall } from "../../src/index.ts";
import { chatAnswer, startModelServer } from "../support/model-server.ts";

/** Calls the tool once, with these arguments, and gives what it was called with, and what the hook told. */
async function callWith(
  args: string,
  toolName = "move",
): Promise<{ called: unknown[]; reports: RepairReport[]; types: string[] }> {
  const call = { id: "call_1", type: "function", function: { name: toolName, arguments: args } };
  const choices = [
    { index: 0, message: { role: "assistant", content: null, tool_calls: [call] }, finish_reason: "tool_calls" },
  ];
  await using server = await startModelServer(chatAnswer({}, { choices }));
  const called: unknown[] = [];
  const reports: RepairReport[] = [];
  const move = tool({
    inputSchema: z.object({ steps: z.number(), note: z.string().optional() }),
    execute: async (input) => void called.push(input),
  });
  const { content } = await generateText({
    model: createOpenAI({ baseURL: server.baseURL, apiKey: "secret" }).chat("gpt-5-mini"),
    prompt: "Go.",
    tools: { move },
    stopWhen: isStepCount(1),
    repairToolCall: repairToolCall({ onResult: (report) => reports.push(report) }),
  });
  return { called, reports, types: content.map(({ type }) => type) };
}

describe("a hook that repairs tool calls", () => {
  test("lets the tool be called with what was meant", async () => {
    const { called, reports } = await callWith("{'steps': '3', note: 'it\\'s \"far\"',}");
    expect(called).toEqual([{ steps: 3, note: 'it\'s "far"' }]);
    expect(reports).toMatchObject([{ source: "tool move", result: { ok: true, tier: 1 }, calls: [] }]);
  });

  test.each([
    ["may mean two things", '{"steps": 3, "note": "the "best"}', "ambiguous"],
    ["lack something", '{"note": "x"}', "schema"],
    ["are cut", '{"steps": 3, "note": "as far as', "policy"],
    ["stand there twice", '{"steps": 3} {"steps": 4}', "policy"],
  ])("calls nothing with arguments that %s", async (_, args, reason) => {
    const { called, reports, types } = await callWith(args);
    expect(called).toEqual([]);
    expect(types).toContain("tool-error");
    expect(reports).toMatchObject([{ result: { ok: false, reason } }]);
  });

  test("leaves a tool that does not exist to the SDK", async () => {
    const { called, reports, types } = await callWith('{"steps": 3}', "fly");
    expect([called, reports]).toEqual([[], []]);
    expect(types).toContain("tool-error");
  });
});
