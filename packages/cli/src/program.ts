import { readFileSync } from "node:fs";
import { Command } from "commander";
import { registerFork } from "./commands/fork.ts";
import { registerLensDiff } from "./commands/lens-diff.ts";
import { registerLensList } from "./commands/lens-list.ts";
import { registerLensShow } from "./commands/lens-show.ts";
import { registerLensStats } from "./commands/lens-stats.ts";
import { registerLensTrace } from "./commands/lens-trace.ts";
import { registerReplay } from "./commands/replay.ts";
import { registerResume } from "./commands/resume.ts";
import { registerRun } from "./commands/run.ts";
import { registerValidate } from "./commands/validate.ts";
import { registerVisualize } from "./commands/visualize.ts";
import { paintFor } from "./format/paint.ts";

const EXIT_CODES = `
Exit codes:
  0    done
  1    the run failed, validate found an error, or what was compared differs
  2    wrong use
  3    the run is paused: it waits for an answer
  130  interrupted: the run can be resumed`;

/** @param json - whether whoever called reads JSON, so that nothing but errors as JSON may go to stderr */
export function buildProgram(json: boolean): Command {
  const program = new Command("flujo")
    .description("Runs, resumes, checks, draws and inspects pipelines.")
    .version(packageVersion())
    .showSuggestionAfterError()
    .showHelpAfterError("(--help says how it is called)")
    .exitOverride()
    .addHelpText("after", EXIT_CODES);
  program.configureOutput(json ? { writeErr: () => undefined } : { outputError: writeError });
  registerRun(program);
  registerResume(program);
  registerFork(program);
  registerReplay(program);
  registerValidate(program);
  registerVisualize(program);
  const lens = program
    .command("lens")
    .summary("look at runs")
    .description("Looks at runs, also while they go on. Changes nothing.");
  registerLensList(lens);
  registerLensShow(lens);
  registerLensTrace(lens);
  registerLensDiff(lens);
  registerLensStats(lens);
  return program;
}

function writeError(text: string, write: (text: string) => void): void {
  write(`${paintFor(process.stderr)("red", "✗")} ${text.replace(/^error: /, "")}`);
}

function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return manifest.version;
}
