import { join } from "node:path";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import { demandingProgram } from "@flujo/testing/crash";

/** Kills and stops leave what was written: a wait for the disk would only make it rare that a driver is met elsewhere. */
export default demandingProgram(
  (folder) => new SqliteStateBackend({ file: join(folder, "deep", "runs.db"), durability: "normal" }),
);
