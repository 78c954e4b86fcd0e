import { basename, dirname } from "node:path";
import { PostgresStateBackend } from "@flujo/state-postgres";
import { demandingProgram } from "@flujo/testing/crash";

/** Each run has a schema of its own, on the server that the environment names. */
export default demandingProgram((folder) => {
  const connectionString = process.env["FLUJO_TEST_POSTGRES"];
  if (connectionString === undefined) throw new Error("FLUJO_TEST_POSTGRES does not say where the server is");
  return new PostgresStateBackend({ connectionString, schema: basename(dirname(folder)) });
});
