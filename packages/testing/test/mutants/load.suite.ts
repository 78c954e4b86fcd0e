import {
  describeGracefulDegradation,
  describeHookDispatcher,
  describeLogger,
  describeObjectPool,
} from "@flujo/testing";
import { DEGRADATIONS } from "./degradations.ts";
import { HOOK_DISPATCHERS } from "./hook-dispatchers.ts";
import { LOGGERS } from "./loggers.ts";
import { OBJECT_POOLS } from "./object-pools.ts";

for (const [name, open] of Object.entries(HOOK_DISPATCHERS)) describeHookDispatcher({ name, open });
for (const [name, Mutant] of Object.entries(LOGGERS)) {
  describeLogger({ name, open: () => new Mutant(), written: (logger) => logger.written });
}
for (const [name, Mutant] of Object.entries(OBJECT_POOLS)) describeObjectPool({ name, open: () => new Mutant() });
for (const [name, open] of Object.entries(DEGRADATIONS)) describeGracefulDegradation({ name, open });
