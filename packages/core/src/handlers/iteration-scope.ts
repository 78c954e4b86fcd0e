import type { IterationScope } from "@flujo/dsl";
import type { Execution } from "../protocols/step-handler.ts";

/** What a function that decides after an iteration is given. */
export function iterationScope(execution: Execution, iteration: number): IterationScope<never> {
  const { runId, path, signal, scope } = execution;
  return { runId, path, signal, context: scope.context, iteration };
}
