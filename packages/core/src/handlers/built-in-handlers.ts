import type { StepHandler } from "../protocols/step-handler.ts";
import { ConditionalHandler } from "./conditional-handler.ts";
import { FunctionHandler } from "./function-handler.ts";
import { HumanHandler } from "./human-handler.ts";
import { IdentityHandler } from "./identity-handler.ts";
import { LoopHandler } from "./loop-handler.ts";
import { MapHandler } from "./map-handler.ts";
import { NestedHandler } from "./nested-handler.ts";
import { ParallelHandler } from "./parallel-handler.ts";
import { PipelineHandler } from "./pipeline-handler.ts";
import { RouterHandler } from "./router-handler.ts";
import { StateMachineHandler } from "./state-machine-handler.ts";

/** One for each kind of step that `@flujo/dsl` has. */
export function builtInHandlers(): readonly StepHandler[] {
  const handlers = [
    new FunctionHandler(),
    new PipelineHandler(),
    new IdentityHandler(),
    new ParallelHandler(),
    new ConditionalHandler(),
    new LoopHandler(),
    new MapHandler(),
    new RouterHandler(),
    new StateMachineHandler(),
    new NestedHandler(),
    new HumanHandler(),
  ];
  // Each handles steps of its own kind only, which is how the registry finds it.
  return handlers as unknown as readonly StepHandler[];
}
