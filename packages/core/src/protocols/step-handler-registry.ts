import type { StepHandler } from "./step-handler.ts";
import { type ServiceToken, token } from "./token.ts";

/** Finds the handler for a kind of step. */
export interface StepHandlerRegistry {
  /**
   * @param brought - what a step of that kind brings along, which is used unless a handler is registered
   * @throws {@link ConfigurationError} for a kind that has no handler
   */
  get(kind: string, brought?: StepHandler): StepHandler;
}

export const StepHandlerRegistry: ServiceToken<StepHandlerRegistry> = token<StepHandlerRegistry>("StepHandlerRegistry");
