import { describeTraceManager } from "@flujo/testing";
import { TRACE_MANAGERS } from "./trace-managers.ts";

for (const [name, open] of Object.entries(TRACE_MANAGERS)) describeTraceManager({ name, open });
