import { HandlersByKind } from "@flujo/core";
import type { StepHandler, StepHandlerRegistry } from "@flujo/core/protocols";

type Open = (handlers: readonly StepHandler[]) => StepHandlerRegistry;

/** Registries that each break one promise, by the title (in part) of a test that has to notice. */
export const STEP_HANDLER_REGISTRIES: Readonly<Record<string, Open>> = {
  "finds each handler": (handlers) => ({ get: () => handlers[0] as StepHandler }),
  "the later of two handlers": (handlers) => new HandlersByKind(handlers.toReversed()),
  "of any spelling": (handlers) => {
    const right = new HandlersByKind(handlers.map((handler) => ({ ...handler, kind: handler.kind.trim() })));
    return { get: (kind) => handlers.findLast((handler) => handler === right.get(kind)) ?? right.get(kind) };
  },
  '"acme.unheard-of", that it is missing': (handlers) => ({
    get: (kind) => new Map(handlers.map((handler) => [handler.kind, handler])).get(kind) as StepHandler,
  }),
  '"constructor", that it is missing': (handlers) => {
    const byKind: Record<string, StepHandler> = {};
    for (const handler of handlers) byKind[handler.kind] = handler;
    return { get: (kind) => byKind[kind] ?? new HandlersByKind([]).get(kind) };
  },
};
