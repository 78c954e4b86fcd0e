import { describeSerializer } from "@flujo/testing";
import { FOREIGN, SERIALIZERS } from "./serializers.ts";

for (const [broken, Mutant] of Object.entries(SERIALIZERS)) {
  describeSerializer({ name: broken, open: () => new Mutant(), foreign: [FOREIGN] });
}
