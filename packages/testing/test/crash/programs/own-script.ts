// Drives a run by a script instead of a module.
import { driveAsProcess } from "@flujo/testing/crash";
import program from "./sound-program.ts";

await driveAsProcess(program);
