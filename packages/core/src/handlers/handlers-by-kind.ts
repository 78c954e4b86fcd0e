import { ConfigurationError } from "../protocols/errors/configuration-error.ts";
import type { StepHandler } from "../protocols/step-handler.ts";
import type { StepHandlerRegistry } from "../protocols/step-handler-registry.ts";

/** A list of handlers, looked up by kind. */
export class HandlersByKind implements StepHandlerRegistry {
  readonly #handlers: ReadonlyMap<string, StepHandler>;

  /** @param handlers - of two for one kind, the later one is used */
  constructor(handlers: readonly StepHandler[]) {
    this.#handlers = new Map(handlers.map((handler) => [handler.kind, handler]));
  }

  get(kind: string, brought?: StepHandler): StepHandler {
    const handler = this.#handlers.get(kind) ?? brought;
    if (handler !== undefined) return handler;
    throw new ConfigurationError(
      `No handler for steps of kind "${kind}": register one under StepHandler, in a module of the package that provides the step`,
    );
  }
}
