import type { Execution, Outcome, StepHandler } from "../protocols/step-handler.ts";
import type { StepHandlerRegistry } from "../protocols/step-handler-registry.ts";

/** Handlers for walking a run again: of kinds that have steps in them the real ones; a step without any must never run. */
export class RecordedLeaves implements StepHandlerRegistry {
  readonly #handlers: StepHandlerRegistry;
  readonly #onRun: (path: string) => Error;

  /** @param onRun - gives what is thrown where a step would run */
  constructor(handlers: StepHandlerRegistry, onRun: (path: string) => Error) {
    this.#handlers = handlers;
    this.#onRun = onRun;
  }

  get(kind: string, brought?: StepHandler): StepHandler {
    const handler = this.#handlers.get(kind, brought);
    return {
      kind,
      interacts: handler.interacts ?? false,
      handle: async (execution: Execution): Promise<Outcome> => {
        if (execution.children.length === 0) throw this.#onRun(execution.path);
        return handler.handle(execution);
      },
    };
  }
}
