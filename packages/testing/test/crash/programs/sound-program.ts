import { join } from "node:path";
import { FileStateBackend } from "@flujo/core";
import type { CrashProgram } from "@flujo/testing/crash";
import { slowSteps } from "./slow-steps.ts";

export default {
  pipeline: slowSteps,
  input: 0,
  open: (folder) => new FileStateBackend({ folder: join(folder, "runs"), durability: "normal" }),
} satisfies CrashProgram<number, number, unknown>;
