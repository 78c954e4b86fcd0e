import type { ReplayResult } from "@flujo/core";
import type { Command } from "commander";
import { openRunner } from "../drive/open-runner.ts";
import { EXIT } from "../exit-code.ts";
import { writeJson, writeLines } from "../format/output.ts";
import { type Paint, paintFor } from "../format/paint.ts";
import { shortPair } from "../format/short-pair.ts";
import { oneLine } from "../format/text.ts";
import { findRun } from "../lens/find-run.ts";
import { loadPipelineFile } from "../load/pipeline-file.ts";
import { type OutputOptions, type StoreOptions, withDbOption, withExamples, withJsonOption } from "./shared-options.ts";

interface ReplayCommandOptions extends StoreOptions, OutputOptions {
  readonly export?: string;
}

type Diverged = Extract<ReplayResult, { readonly diverged: true }>;

const WHAT: Readonly<Record<Diverged["what"], string>> = {
  ran: "would run, and nothing is recorded of it",
  settled: "came to an end of which nothing is recorded",
  outcome: "came to something else",
  context: "left another context",
};

export function registerReplay(program: Command): void {
  const command = program
    .command("replay")
    .summary("walk a run again without doing anything of it, and see whether it goes the same way")
    .description(
      "Walks a run again. Steps give what is recorded of them and none is run; what is between them, such as " +
        "conditions, selections and merges, is made again and held against the record. Nothing is written.\n" +
        "Exits with 0 if all is as recorded, with 1 if not: then the first difference is shown.",
    )
    .argument("<file>", "the pipeline's file")
    .argument("<run>", "the run's id, or as much of its beginning as no other has")
    .option("--export <name>", "the export that is the pipeline, if not the default one")
    .action(replay);
  withExamples(withJsonOption(withDbOption(command)), "flujo replay article.ts 3f2a");
}

async function replay(file: string, id: string, options: ReplayCommandOptions): Promise<void> {
  const pipelineFile = await loadPipelineFile(file, options.export);
  await using runner = openRunner(pipelineFile, { db: options.db, mustExist: true, modules: [] });
  const { runId } = await findRun(runner.state, id);
  const result = await runner.replay(runId);
  if (options.json) writeJson({ runId, ...replayFacts(result) });
  else writeLines(process.stdout, formatReplay(runId, result, paintFor(process.stdout)));
  process.exitCode = result.diverged ? EXIT.failed : EXIT.done;
}

function replayFacts(result: ReplayResult): Readonly<Record<string, unknown>> {
  if (!result.diverged) return result;
  const { recorded, replayed } = result;
  return { ...result, recorded: recorded ?? null, replayed: replayed ?? null };
}

function formatReplay(runId: string, result: ReplayResult, paint: Paint): string[] {
  if (!result.diverged) return [`${paint("green", "✓")} ${runId} goes the same way again`];
  const { path, what } = result;
  const where = path === "" ? "the run" : paint("bold", oneLine(path));
  return [`${paint("red", "✗")} ${runId} goes another way: ${where} ${WHAT[what]}`, ...formatValues(result, paint)];
}

function formatValues({ what, recorded, replayed }: Diverged, paint: Paint): string[] {
  if (what === "ran") return [];
  const columns = (process.stdout.columns ?? Infinity) - "  recorded  ".length;
  const [before, after] = shortPair([recorded, replayed], columns);
  return [
    ...(what === "settled" ? [] : [`  ${paint("dim", "recorded")}  ${before}`]),
    `  ${paint("dim", "replayed")}  ${after}`,
  ];
}
