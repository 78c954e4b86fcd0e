import { AgentRunner, MissingServiceError } from "@flujo/core/protocols";
import type { StepScope } from "@flujo/dsl";
import { ModelRunner } from "./model-runner.ts";

const ASK_THE_MODEL = new ModelRunner();

/** The runner that is registered; without one, that which asks the model itself. */
export function agentRunnerOf(scope: Pick<StepScope, "resolve">): AgentRunner {
  try {
    return scope.resolve(AgentRunner);
  } catch (error) {
    if (error instanceof MissingServiceError && error.token === AgentRunner) return ASK_THE_MODEL;
    throw error;
  }
}
