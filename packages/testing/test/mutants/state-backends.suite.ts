import { describeStateBackend } from "@flujo/testing";
import { STATE_BACKENDS } from "./state-backends.ts";

for (const [broken, Mutant] of Object.entries(STATE_BACKENDS)) {
  describeStateBackend({ name: broken, open: (clock) => new Mutant({ clock }) });
}
