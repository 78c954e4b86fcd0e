// A driver process: imports the module whose default export is the program, and drives a run of it.
import { pathToFileURL } from "node:url";
import type { CrashProgram } from "./crash-program.ts";
import { driveAsProcess } from "./drive-as-process.ts";

const module = (await import(pathToFileURL(process.argv[2] as string).href)) as {
  readonly default: CrashProgram<unknown, unknown, unknown>;
};
await driveAsProcess(module.default);
