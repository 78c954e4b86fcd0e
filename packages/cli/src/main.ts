import { Console } from "node:console";
import { FlujoError } from "@flujo/core/protocols";
import { CommanderError } from "commander";
import { UsageError } from "./errors/usage-error.ts";
import { EXIT, type ExitCode } from "./exit-code.ts";
import { errorFacts, formatError } from "./format/error.ts";
import { toJson } from "./format/json.ts";
import { drained, writeLines } from "./format/output.ts";
import { paintFor } from "./format/paint.ts";
import { buildProgram } from "./program.ts";

/** Codes of errors that come of how the command was called, or of a pipeline that does not fit the run. */
const WRONG_USE: ReadonlySet<string> = new Set([
  "usage",
  "configuration",
  "graph_invalid",
  "invalid_option",
  "missing_service",
  "not_serializable",
  "pipeline_changed",
  "run_conflict",
  "run_not_found",
  "signal_refused",
]);

/** Lines of a stack that are shown. */
const MOST_FRAMES = 5;

/**
 * Runs the command and ends the process.
 *
 * @param args - what stands after `flujo` on the command line
 */
export async function main(args: readonly string[]): Promise<void> {
  const json = args.includes("--json") || args.includes("--events");
  prepareOutput();
  try {
    await buildProgram(json).parseAsync(args, { from: "user" });
  } catch (error) {
    process.exitCode = report(error, json);
  }
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  // What is recorded is recorded: a handle that some step has left open must not keep the command from ending.
  process.exit();
}

/** Keeps stdout for results, whatever the code of a pipeline prints, and takes a reader that leaves early for no error. */
function prepareOutput(): void {
  globalThis.console = new Console({ stdout: process.stderr, stderr: process.stderr });
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

function report(error: unknown, json: boolean): ExitCode {
  if (error instanceof CommanderError) return reportCommander(error, json);
  const facts = errorFacts(error);
  if (json) process.stderr.write(`${toJson({ error: facts })}\n`);
  else writeLines(process.stderr, [...formatError(facts, paintFor(process.stderr)), ...stackOf(error)]);
  return FlujoError.is(error) && WRONG_USE.has(error.code) ? EXIT.wrongUse : EXIT.failed;
}

/** Commander has written help and errors itself, unless they are to be JSON. */
function reportCommander(error: CommanderError, json: boolean): ExitCode {
  if (error.exitCode === 0) return EXIT.done;
  if (json)
    process.stderr.write(`${toJson({ error: errorFacts(new UsageError(error.message.replace(/^error: /, ""))) })}\n`);
  return EXIT.wrongUse;
}

/** Where the code of a pipeline's file went wrong; errors of Flujo's own say what they have to say in their message. */
function stackOf(error: unknown): string[] {
  const origin = FlujoError.is(error) ? error.cause : error;
  if (!(origin instanceof Error) || FlujoError.is(origin)) return [];
  const frames = (origin.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const ours = frames.findIndex((line) => line.includes(import.meta.dirname));
  const theirs = ours === -1 ? frames : frames.slice(0, ours);
  return theirs.filter((line) => !line.includes("node:internal")).slice(0, MOST_FRAMES);
}
