import { describeStateBackend } from "@flujo/testing";
import { MUTANTS } from "./mutant-backends.ts";

for (const [broken, Mutant] of Object.entries(MUTANTS)) {
  describeStateBackend({ name: broken, open: (clock) => new Mutant({ clock }) });
}
