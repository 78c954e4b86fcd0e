import { describeRandom } from "@flujo/testing";
import { RANDOMS } from "./randoms.ts";

for (const [broken, Mutant] of Object.entries(RANDOMS)) {
  describeRandom({ name: broken, open: () => new Mutant() });
}
