import { HELP, readCommandLine } from "./command-line.ts";
import { Problem } from "./input/problem.ts";
import { EXIT, makeBrief } from "./make-brief.ts";
import { chooseModel } from "./model.ts";
import { prepare } from "./prepare.ts";

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT.problem;
}

async function main(args: readonly string[]): Promise<number> {
  const commandLine = readCommandLine(args);
  if (commandLine.help) {
    process.stdout.write(`${HELP}\n`);
    return EXIT.done;
  }
  const prepared = await prepare(commandLine);
  const chosen = await chooseModel(process.env);
  return makeBrief(prepared, chosen, { fresh: commandLine.fresh });
}
