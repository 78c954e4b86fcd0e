import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { FileStateBackend } from "@flujo/core";
import { loop, step } from "@flujo/dsl";
import type { CrashProgram } from "@flujo/testing/crash";

/** Keeps a sum where no other process finds it. */
export default {
  pipeline: () => {
    let sum = 0;
    const add = step("add", async (value: number) => {
      await wait(5);
      sum += value;
      return sum;
    });
    return loop("adding", { body: add, until: (_, { iteration }) => iteration >= 20, maxIterations: 20 });
  },
  input: 1,
  open: (folder) => new FileStateBackend({ folder: join(folder, "runs"), durability: "normal" }),
} satisfies CrashProgram<number, number, unknown>;
