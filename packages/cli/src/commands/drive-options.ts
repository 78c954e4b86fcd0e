import type { Command } from "commander";
import { withJsonOption } from "./shared-options.ts";

/** The options that `run` and `resume` share. */
export function withDriveOptions(command: Command): Command {
  return withJsonOption(command.option("--export <name>", "the export that is the pipeline, if not the default one"))
    .option("--events", "write each event as a line of JSON on stdout, and the outcome as the last one")
    .option("-q, --quiet", "no progress and no summary");
}
