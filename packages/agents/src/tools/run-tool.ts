import { ErrorClassifier } from "@flujo/core/protocols";
import { FlujoError, type StepScope } from "@flujo/dsl";
import { ToolFailedError } from "../errors/tool-failed-error.ts";
import type { ModelMessage, ToolOutput } from "../prompt/prompt-message.ts";
import type { ResolvedTool } from "./resolve-tools.ts";
import type { ToolCall, ToolCallOptions } from "./tool.ts";
import { liftToolOutput, toToolError, toToolOutput } from "./tool-output.ts";

/** What is done about a tool that throws, or that is called wrongly: the model is told, or the agent fails. */
export type OnToolError = "tell" | "fail";

/** A call that is to be run. */
export interface ToolCallToRun extends ToolCall {
  readonly messages: readonly ModelMessage[];
}

/**
 * Runs a tool and gives what the model is told of it.
 *
 * @throws ToolFailedError if it throws, where the model is not to be told
 */
export async function runTool(
  { name, tool }: ResolvedTool,
  { toolCallId, input, messages }: ToolCallToRun,
  onError: OnToolError,
  scope: StepScope,
): Promise<ToolOutput> {
  const options: ToolCallOptions = {
    toolCallId,
    messages,
    abortSignal: scope.signal,
    context: scope.context,
    idempotencyKey: scope.idempotencyKey,
  };
  try {
    const output = await lastOf(name, tool.execute?.(input as never, options as never), scope);
    if (tool.toModelOutput === undefined) return toToolOutput(output);
    const told = await tool.toModelOutput({ toolCallId, input, output } as never);
    return liftToolOutput(told as ToolOutput);
  } catch (cause) {
    // A call that was called off did not fail, and what ends the run is not for the model to be told of.
    scope.signal.throwIfAborted();
    if (FlujoError.is(cause) && cause.code === "run_aborted") throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const told = scope.resolve(ErrorClassifier).classify(cause);
    const error = new ToolFailedError(name, reason, told, { path: scope.path, cause });
    if (onError === "fail") throw error;
    scope.log.warn(error.message);
    return toToolError(error);
  }
}

/** What a tool gave; of one that gives several values, each is shown to who watches, and the last one counts. */
async function lastOf(toolName: string, given: unknown, scope: StepScope): Promise<unknown> {
  if (typeof given !== "object" || given === null || !(Symbol.asyncIterator in given)) return given;
  let last: unknown;
  for await (const output of given as AsyncIterable<unknown>) {
    last = output;
    await scope.emit({ type: "tool-progress", toolName, output });
  }
  return last;
}
