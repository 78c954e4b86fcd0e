import { toolPolicy } from "../repair/repair-tool-arguments.ts";
import { checkRepairBy, type RepairByOptions, repairText } from "./repair-text.ts";

/** A tool call, as the AI SDK has it. */
export interface RepairableToolCall {
  readonly toolName: string;
  readonly input: string;
}

/** What `generateText` tells its `repairToolCall` hook. */
export interface ToolCallProblem<Call extends RepairableToolCall> {
  readonly toolCall: Call;
  readonly error: unknown;
  readonly inputSchema: (options: { readonly toolName: string }) => PromiseLike<unknown>;
  readonly abortSignal?: AbortSignal;
}

/**
 * A hook for `repairToolCall` of the AI SDK's `generateText` and `streamText`: repairs arguments that are no JSON, or not
 * what the tool takes, under the same rules as `repairToolArguments`. A call of a tool that does not exist, and one that
 * can't be repaired, is left to the SDK.
 *
 * @throws InvalidOptionError naming the first option that can't be used or is not known.
 */
export function repairToolCall(
  options: RepairByOptions = {},
): <Call extends RepairableToolCall>(problem: ToolCallProblem<Call>) => Promise<Call | null> {
  checkRepairBy("options of repairToolCall", options);
  const careful = { ...options, policy: toolPolicy(options.policy) };
  return async ({ toolCall, error, inputSchema, abortSignal }) => {
    if (isNoSuchTool(error)) return null;
    const { toolName, input } = toolCall;
    const schema = await inputSchema({ toolName });
    const result = await repairText(`tool ${toolName}`, input, { schema }, careful, abortSignal);
    return result?.ok === true ? { ...toolCall, input: JSON.stringify(result.json) } : null;
  };
}

function isNoSuchTool(error: unknown): boolean {
  return error instanceof Error && error.name === "AI_NoSuchToolError";
}
