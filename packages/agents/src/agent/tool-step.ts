import type { StepHandler } from "@flujo/core/protocols";
import { Step, type StepScope } from "@flujo/dsl";
import type { ToolOutput } from "../prompt/prompt-message.ts";
import type { ResolvedTool } from "../tools/resolve-tools.ts";
import { type OnToolError, runTool, type ToolCallToRun } from "../tools/run-tool.ts";
import { LeafHandler } from "./leaf-handler.ts";

const HANDLER = new LeafHandler("tool");

/** A leaf that runs one call of a tool. Part of an agent. */
export class ToolStep extends Step<never, unknown, unknown> {
  readonly kind = "tool";
  readonly tool: ResolvedTool;
  readonly onError: OnToolError;

  constructor(name: string, tool: ResolvedTool, onError: OnToolError) {
    super(name);
    this.tool = tool;
    this.onError = onError;
    Object.freeze(this);
  }

  override get handler(): StepHandler<never> {
    return HANDLER as unknown as StepHandler<never>;
  }

  override details(): Readonly<Record<string, unknown>> {
    return toolDetails(this.tool);
  }

  /** Runs the tool. @throws what it throws, where the model is not to be told */
  work(call: ToolCallToRun, scope: StepScope): Promise<ToolOutput> {
    return runTool(this.tool, call, this.onError, scope);
  }
}

/** What a model's choices depend on. */
export function toolDetails({ definition }: ResolvedTool): Readonly<Record<string, unknown>> {
  const { name: _, type, ...details } = definition;
  return type === "function" ? details : { type, ...details };
}
