import { describeClock } from "@flujo/testing";
import { CLOCKS } from "./clocks.ts";

for (const [broken, Mutant] of Object.entries(CLOCKS)) {
  describeClock({
    name: broken,
    open: () => new Mutant(),
    pass: async (clock, ms) => {
      clock.advance(ms);
      await new Promise((resolve) => setTimeout(resolve, 5));
    },
  });
}
