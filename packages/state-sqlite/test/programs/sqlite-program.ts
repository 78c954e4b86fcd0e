import { join } from "node:path";
import { SqliteStateBackend } from "@flujo/state-sqlite";
import { demandingProgram } from "@flujo/testing/crash";

export default demandingProgram((folder) => new SqliteStateBackend({ file: join(folder, "deep", "runs.db") }));
