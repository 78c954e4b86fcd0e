import {
  describeContextManager,
  describeJournal,
  describeStateManager,
  describeStepCoordinator,
  describeStepHandlerRegistry,
  describeTraceManager,
  describeTypeValidator,
} from "@flujo/testing";
import { CONTEXT_MANAGERS } from "./context-managers.ts";
import { JOURNALS } from "./journals.ts";
import { STATE_MANAGERS } from "./state-managers.ts";
import { STEP_COORDINATORS } from "./step-coordinators.ts";
import { STEP_HANDLER_REGISTRIES } from "./step-handler-registries.ts";
import { TRACE_MANAGERS } from "./trace-managers.ts";
import { TYPE_VALIDATORS } from "./type-validators.ts";

for (const [name, open] of Object.entries(CONTEXT_MANAGERS)) describeContextManager({ name, open });
for (const [name, open] of Object.entries(JOURNALS)) describeJournal({ name, open });
for (const [name, open] of Object.entries(STATE_MANAGERS)) describeStateManager({ name, open });
for (const [name, open] of Object.entries(STEP_COORDINATORS)) describeStepCoordinator({ name, open });
for (const [name, open] of Object.entries(STEP_HANDLER_REGISTRIES)) describeStepHandlerRegistry({ name, open });
for (const [name, open] of Object.entries(TRACE_MANAGERS)) describeTraceManager({ name, open });
for (const [name, open] of Object.entries(TYPE_VALIDATORS)) describeTypeValidator({ name, open });
