import { join } from "node:path";
import { FileStateBackend } from "@flujo/core";
import { demandingProgram } from "@flujo/testing/crash";

export default demandingProgram((folder) => new FileStateBackend({ folder: join(folder, "runs") }));
