import type { Lane, Outcome } from "@flujo/core/protocols";
import type { FlujoError } from "@flujo/dsl";
import { UnknownToolError } from "../errors/unknown-tool-error.ts";
import type { ContentPart } from "../model/language-model.ts";
import type { ModelMessage, ToolOutput } from "../prompt/prompt-message.ts";
import { readArguments, type ToolArguments } from "../tools/read-arguments.ts";
import type { ToolCallToRun } from "../tools/run-tool.ts";
import { toToolError } from "../tools/tool-output.ts";
import { type AgentExecution, childOf, failed } from "./agent-execution.ts";
import type { AnsweredCall } from "./conversation.ts";

/** The calls of one turn, all of them answered. */
export interface RanCalls {
  /** In the order in which the model made them. */
  readonly answered: readonly AnsweredCall[];
  /** What each was called with. */
  readonly argumentsOf: ReadonlyMap<ContentPart, unknown>;
}

/**
 * Runs the calls of one turn side by side.
 *
 * @param from - how many calls there were before: each has its number for a place, so that no two share a path
 * @returns how the agent ends, if it can't go on
 */
export async function runToolCalls(
  execution: AgentExecution,
  calls: readonly ContentPart[],
  messages: readonly ModelMessage[],
  from: number,
): Promise<RanCalls | Outcome> {
  const { agent, parts } = execution.step;
  const conversation = messages.filter(({ role }) => role !== "system");
  const argumentsOf = new Map<ContentPart, unknown>();
  const outputs = new Map<number, ToolOutput>();
  const lanes: Lane[] = [];
  const laneOf: number[] = [];
  for (const [index, part] of calls.entries()) {
    const { toolName = "", toolCallId = "", input = "" } = part;
    const read = await readCall(execution, toolName, input);
    if ("status" in read) return read;
    if ("code" in read) {
      if (agent.onToolError === "fail") return failed(read);
      execution.scope.log.warn(read.message);
      outputs.set(index, toToolError(read));
      continue;
    }
    if (read.repaired !== undefined) {
      execution.scope.log.warn(`The arguments for ${toolName} were repaired`, read.repaired);
    }
    argumentsOf.set(part, read.json);
    const step = parts.tools.find(({ name }) => name === toolName) as (typeof parts.tools)[number];
    const call: ToolCallToRun = { toolName, toolCallId, input: read.input, messages: conversation };
    lanes.push({ child: childOf(execution, step), input: call, place: { item: from + index } });
    laneOf.push(index);
  }
  const outcomes = await runLanes(execution, lanes, (lane) => String(from + (laneOf[lane] as number)));
  const unhappy = (["failed", "cancelled", "paused"] as const)
    .map((status) => outcomes.find((outcome) => outcome.status === status))
    .find((outcome) => outcome !== undefined);
  if (unhappy !== undefined) return unhappy;
  for (const [lane, outcome] of outcomes.entries()) {
    if (outcome.status === "completed") outputs.set(laneOf[lane] as number, outcome.output as ToolOutput);
  }
  const answered = calls.map(({ toolCallId = "", toolName = "" }, index) => ({
    toolCallId,
    toolName,
    output: outputs.get(index) as ToolOutput,
  }));
  return { answered, argumentsOf };
}

/** One call needs no fan-out. Of several none is cut off because another failed: it may be in the middle of what it does. */
async function runLanes(
  execution: AgentExecution,
  lanes: readonly Lane[],
  laneName: (lane: number) => string,
): Promise<readonly Outcome[]> {
  const [only] = lanes;
  if (only === undefined) return [];
  if (lanes.length === 1) return [await execution.run(only.child, only.input, only.place)];
  return execution.fanOut(lanes, {
    concurrency: lanes.length,
    failFast: false,
    merge: "errorOnConflict",
    laneName,
  });
}

/** The arguments of a call; what is wrong with it; or how the agent ends. */
async function readCall(
  execution: AgentExecution,
  toolName: string,
  text: string,
): Promise<ToolArguments | FlujoError | Outcome> {
  const { agent } = execution.step;
  const tools = agent.tools.filter(({ isOurs }) => isOurs);
  const tool = tools.find(({ name }) => name === toolName);
  const { path } = execution;
  if (tool === undefined) {
    return new UnknownToolError(
      toolName,
      tools.map(({ name }) => name),
      { path },
    );
  }
  const outcome = await execution.call(() => readArguments(tool, text, agent.repair.deterministic, path));
  if (outcome.status === "completed") return outcome.output as ToolArguments;
  if (outcome.status === "failed" && outcome.error.code === "tool_arguments") return outcome.error;
  return outcome;
}
