import { CompiledSerializer } from "@flujo/core";
import { describeSerializer } from "@flujo/testing";

describeSerializer({ name: "compiled", open: () => new CompiledSerializer() });
