import type { Execution, Outcome, PlannedStep, StepHandler } from "@flujo/core/protocols";
import { type DecisionScope, HumanStep, type MaybePromise, Step, type StepChild } from "@flujo/dsl";
import type { ToolOutput } from "../prompt/prompt-message.ts";
import { APPROVAL, type Approval } from "../tools/approval.ts";
import type { ResolvedTool } from "../tools/resolve-tools.ts";
import type { OnToolError, ToolCallToRun } from "../tools/run-tool.ts";
import type { ToolCall } from "../tools/tool.ts";
import { ToolStep, toolDetails } from "./tool-step.ts";

/** Whether a person is asked before a call is run. */
export type NeedsApproval = true | ((call: ToolCallToRun, scope: DecisionScope) => MaybePromise<boolean>);

/** A tool whose calls a person may have to approve: pauses the run until one has. Part of an agent. */
export class ApprovedToolStep extends Step<never, unknown, unknown> {
  readonly kind = "approved-tool";
  readonly tool: ResolvedTool;
  readonly needsApproval: NeedsApproval;
  readonly approve: HumanStep<ToolCall, Approval>;
  readonly call: ToolStep;

  constructor(tool: ResolvedTool, needsApproval: NeedsApproval, onError: OnToolError) {
    super(tool.name);
    this.tool = tool;
    this.needsApproval = needsApproval;
    this.approve = new HumanStep("approve", {
      prompt: ({ toolName, input }: ToolCall) => `Call ${toolName} with ${JSON.stringify(input)}?`,
      schema: APPROVAL,
    });
    this.call = new ToolStep("call", tool, onError);
    Object.freeze(this);
  }

  override get handler(): StepHandler<never> {
    return HANDLER as unknown as StepHandler<never>;
  }

  override children(): readonly StepChild[] {
    return [
      { role: "next", step: this.approve },
      { role: "next", step: this.call },
    ];
  }

  override details(): Readonly<Record<string, unknown>> {
    return { ...toolDetails(this.tool), needsApproval: this.needsApproval === true ? true : "function" };
  }
}

/** Asks, if it has to, and then runs the call or says that it was denied. */
class ApprovedToolHandler implements StepHandler<ApprovedToolStep> {
  readonly kind = "approved-tool";

  async handle(execution: Execution<ApprovedToolStep>): Promise<Outcome> {
    const { step, input, decisionScope } = execution;
    const [approve, call] = execution.children as readonly [PlannedStep, PlannedStep];
    const { needsApproval } = step;
    if (needsApproval !== true) {
      const asks = await execution.decide("approval", () =>
        needsApproval(input as ToolCallToRun, decisionScope as DecisionScope),
      );
      if (asks.status !== "completed") return asks;
      if (asks.output !== true) return execution.run(call, input, "next");
    }
    const answer = await execution.run(approve, input, "next");
    if (answer.status !== "completed") return answer;
    const { approved, reason } = answer.output as Approval;
    if (approved) return execution.run(call, input, "next");
    const denied: ToolOutput = { type: "execution-denied", ...(reason === undefined ? {} : { reason }) };
    return { status: "completed", output: denied };
  }
}

const HANDLER = new ApprovedToolHandler();
