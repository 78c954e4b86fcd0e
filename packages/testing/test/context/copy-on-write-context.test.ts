import { CopyOnWriteContext } from "@flujo/core";
import { describeContextManager } from "@flujo/testing";

describeContextManager({ name: "copy-on-write", open: () => new CopyOnWriteContext() });
