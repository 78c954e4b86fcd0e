import { describeStateProcesses } from "@flujo/testing";
import program from "./programs/sqlite-program.ts";

describeStateProcesses({
  name: "SQLite",
  program,
  module: new URL("./programs/sqlite-program.ts", import.meta.url),
  // `pnpm proof` kills 500 processes; a sample does for every day.
  kills: process.env["FLUJO_PROOF"] === undefined ? 10 : 500,
});
