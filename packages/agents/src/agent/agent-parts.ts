import type { ResolvedTool } from "../tools/resolve-tools.ts";
import type { ToolCallToRun } from "../tools/run-tool.ts";
import type { ResolvedAgent } from "./agent-options.ts";
import { ApprovedToolStep, type NeedsApproval } from "./approved-tool-step.ts";
import { ModelStep, type ModelStepOptions } from "./model-step.ts";
import { ToolStep } from "./tool-step.ts";

/** The steps that an agent is made of. */
export interface AgentParts {
  /** Its own model, turn by turn. */
  readonly model: ModelStep;
  /** The same, told what was wrong with its answer. */
  readonly reAsk: ModelStep | undefined;
  /** The model that repairs its answers. */
  readonly repair: ModelStep | undefined;
  readonly tools: readonly (ToolStep | ApprovedToolStep)[];
}

export function partsOf(agent: ResolvedAgent): AgentParts {
  const { model, template, output, format, tools, stream, settings, version, repair, idempotencyHeader } = agent;
  const common = { settings, template, idempotencyHeader, promptVersion: version, stream, output };
  const definitions = tools.length === 0 ? undefined : tools.map(({ definition }) => definition);
  const own: ModelStepOptions = { ...common, model, format, tools: definitions, purpose: "step" };
  return {
    model: guarded(new ModelStep("model", own), agent),
    reAsk:
      output === undefined || !repair.reAsk
        ? undefined
        : guarded(new ModelStep("re-ask", { ...own, purpose: "re-ask" }), agent),
    repair:
      output === undefined || repair.model === undefined
        ? undefined
        : new ModelStep("repair", {
            ...common,
            model: repair.model,
            purpose: "repair",
            settings: repair.settings,
            format: {},
            tools: undefined,
            stream: false,
            output: undefined,
          }),
    tools: tools.filter(({ isOurs }) => isOurs).map((tool) => toolStep(tool, agent)),
  };
}

function guarded(step: ModelStep, { retry, limits, circuitBreaker }: ResolvedAgent): ModelStep {
  let made = step;
  if (retry !== undefined) made = made.withRetry(retry);
  if (limits !== undefined) made = made.withLimits(limits);
  if (circuitBreaker !== undefined) made = made.withCircuitBreaker(circuitBreaker);
  return made;
}

function toolStep(tool: ResolvedTool, { approval, onToolError }: ResolvedAgent): ToolStep | ApprovedToolStep {
  const own = tool.tool.needsApproval ?? false;
  const needsApproval = either(ownApproval(own), approval === undefined ? false : (approval as boolean | Asks));
  return needsApproval === false
    ? new ToolStep(tool.name, tool, onToolError)
    : new ApprovedToolStep(tool, needsApproval, onToolError);
}

type Asks = Exclude<NeedsApproval, true>;

/** As the AI SDK has it: the input first, all else beside it. */
function ownApproval(own: NonNullable<ResolvedTool["tool"]["needsApproval"]>): boolean | Asks {
  if (typeof own === "boolean") return own;
  return ({ input, toolCallId, messages }: ToolCallToRun, { context }) =>
    own(input as never, { toolCallId, messages, context } as never);
}

function either(one: boolean | Asks, other: boolean | Asks): NeedsApproval | false {
  if (one === true || other === true) return true;
  if (one === false) return other;
  if (other === false) return one;
  return async (call, scope) => (await one(call, scope)) || (await other(call, scope));
}
