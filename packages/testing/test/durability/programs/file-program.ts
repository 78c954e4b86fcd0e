import { join } from "node:path";
import { FileStateBackend } from "@flujo/core";
import { demandingProgram } from "@flujo/testing/crash";

/** Kills and stops leave what was written: a wait for the disk would only make it rare that a driver is met elsewhere. */
export default demandingProgram(
  (folder) => new FileStateBackend({ folder: join(folder, "runs"), durability: "normal" }),
);
