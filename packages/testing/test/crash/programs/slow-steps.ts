import { setTimeout as wait } from "node:timers/promises";
import { loop, type Step, step } from "@flujo/dsl";
import type { Effects } from "@flujo/testing/crash";

/** Twenty steps, one after another, with an effect each. */
export function slowSteps(effects: Effects): Step<number, number> {
  const slow = step("slow", async (value: number, scope) => {
    effects.record(scope);
    await wait(5);
    return value + 1;
  });
  return loop("steps", { body: slow, until: (_, { iteration }) => iteration >= 20, maxIterations: 20 });
}
