import { join } from "node:path";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import { describeStateProcesses } from "@flujo/testing";
import program from "./programs/sqlite-program.ts";

describeStateProcesses({
  name: "SQLite",
  program,
  module: new URL("./programs/sqlite-program.ts", import.meta.url),
  openImpatient: (folder) => new SqliteStateBackend({ file: join(folder, "deep", "runs.db"), busyTimeoutMs: 250 }),
  // `pnpm proof` kills 500 processes; a sample does for every day.
  kills: process.env["FLUJO_PROOF"] === undefined ? 10 : 500,
});
