import { HandlersByKind } from "@flujo/core";
import { describeStepHandlerRegistry } from "@flujo/testing";

describeStepHandlerRegistry({ name: "by kind", open: (handlers) => new HandlersByKind(handlers) });
