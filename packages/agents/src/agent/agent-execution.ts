import type { Execution, Outcome, PlannedStep } from "@flujo/core/protocols";
import type { AnyStep, FlujoError } from "@flujo/dsl";
import type { ResolvedAgent } from "./agent-options.ts";
import type { AgentParts } from "./agent-parts.ts";

/** An agent, as its handler sees it. */
export interface RunnableAgent extends AnyStep {
  readonly kind: "agent";
  readonly agent: ResolvedAgent;
  readonly parts: AgentParts;
}

/** An agent at work. */
export type AgentExecution = Execution<RunnableAgent>;

/** A part of an agent, as the plan has it. */
export function childOf({ children }: AgentExecution, part: AnyStep): PlannedStep {
  return children.find(({ step }) => step === part) as PlannedStep;
}

export function failed(error: FlujoError): Outcome {
  return { status: "failed", error };
}
