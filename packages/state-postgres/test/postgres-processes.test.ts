import { describeStateProcesses } from "@flujo/testing";
import { beforeAll } from "vitest";
import program from "./programs/postgres-program.ts";
import { useServer } from "./server/use-server.ts";

const used = useServer();

beforeAll(() => {
  if (used.isAvailable) process.env["FLUJO_TEST_POSTGRES"] = used.server.connectionString;
});

describeStateProcesses({
  name: "PostgreSQL",
  program,
  module: new URL("./programs/postgres-program.ts", import.meta.url),
  // `pnpm proof` kills 500 processes; a sample does for every day.
  kills: process.env["FLUJO_PROOF"] === undefined ? 10 : 500,
});
