import type { StepHandler } from "./step-handler.ts";
import { type ServiceToken, token } from "./token.ts";

/** Finds the handler for a kind of step. */
export interface StepHandlerRegistry {
  /** @throws {@link ConfigurationError} for a kind that has no handler */
  get(kind: string): StepHandler;
}

export const StepHandlerRegistry: ServiceToken<StepHandlerRegistry> = token<StepHandlerRegistry>("StepHandlerRegistry");
