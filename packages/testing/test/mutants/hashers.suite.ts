import { describeHasher } from "@flujo/testing";
import { HASHERS, KNOWN } from "./hashers.ts";

for (const [broken, Mutant] of Object.entries(HASHERS)) {
  describeHasher({ name: broken, open: () => new Mutant(), known: { abc: KNOWN } });
}
