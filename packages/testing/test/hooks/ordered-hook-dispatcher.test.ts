import { OrderedHookDispatcher } from "@flujo/core";
import { describeHookDispatcher } from "@flujo/testing";

describeHookDispatcher({ name: "ordered", open: (parts) => new OrderedHookDispatcher(parts) });
