import { describeIdGenerator } from "@flujo/testing";
import { ID_GENERATORS } from "./id-generators.ts";

for (const [broken, Mutant] of Object.entries(ID_GENERATORS)) {
  describeIdGenerator({ name: broken, open: () => new Mutant() });
}
