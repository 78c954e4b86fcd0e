import { join } from "node:path";
import { FileStateBackend } from "@flujo/core";
import { describeStateProcesses } from "@flujo/testing";
import program from "./programs/file-program.ts";

describeStateProcesses({
  name: "file",
  program,
  module: new URL("./programs/file-program.ts", import.meta.url),
  openImpatient: (folder) => new FileStateBackend({ folder: join(folder, "runs"), busyTimeoutMs: 250 }),
  // `pnpm proof` kills 500 processes; a sample does for every day.
  kills: process.env["FLUJO_PROOF"] === undefined ? 10 : 500,
});
