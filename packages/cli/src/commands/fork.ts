import type { Command } from "commander";
import { jsonValue } from "../arguments/json-value.ts";
import { keyValue } from "../arguments/key-value.ts";
import { type DriveOutput, driveRun, watchers } from "../drive/drive-run.ts";
import { openRunner } from "../drive/open-runner.ts";
import { findRun } from "../lens/find-run.ts";
import { loadPipelineFile } from "../load/pipeline-file.ts";
import { type LimitOptions, limitsOf, withDriveOptions } from "./drive-options.ts";
import { type StoreOptions, withDbOption, withExamples } from "./shared-options.ts";

interface ForkCommandOptions extends StoreOptions, DriveOutput, LimitOptions {
  readonly from: string;
  /** Held against what it must be by the runner. */
  readonly context?: Readonly<Record<string, unknown>>;
  readonly runId?: string;
  readonly tag?: Readonly<Record<string, string>>;
  readonly export?: string;
}

export function registerFork(program: Command): void {
  const command = program
    .command("fork")
    .summary("start a run that shares another's history up to a step")
    .description(
      "Starts a run that shares another's history up to a step and goes its own way from there, such as to try " +
        "again what failed. The other run stays as it is.",
    )
    .argument("<file>", "the pipeline's file")
    .argument("<run>", "the id of the run to fork, or as much of its beginning as no other has")
    .requiredOption("--from <path>", "the first step to run anew, by its path, or its name if only one step has it")
    .option("--context <json>", "fields to put into the context as it was at that step", jsonValue)
    .option("--run-id <id>", "the new run's id")
    .option("-t, --tag <name=value>", "a tag in place of the other run's; may be given many times", keyValue)
    .action(fork);
  withExamples(
    withDbOption(withDriveOptions(command)),
    `flujo fork article.ts 3f2a --from refine --context '{"tone":"warm"}'`,
    "flujo fork article.ts 3f2a --from pages@3/summarise --run-id again-1",
  );
}

async function fork(file: string, id: string, options: ForkCommandOptions): Promise<void> {
  const pipelineFile = await loadPipelineFile(file, options.export);
  const { db, from, context, runId, tag: tags } = options;
  const runner = openRunner(pipelineFile, { db, mustExist: true, modules: watchers(options), ...limitsOf(options) });
  const parent = await findRun(runner.state, id).catch(async (error: unknown) => {
    await runner[Symbol.asyncDispose]();
    throw error;
  });
  const forkOptions = {
    from,
    ...(context === undefined ? {} : { context }),
    ...(runId === undefined ? {} : { runId }),
    ...(tags === undefined ? {} : { tags }),
  };
  await driveRun(
    runner,
    async () => runner.startFork(parent.runId, forkOptions),
    { file, db, forkOf: parent.runId, ...(options.export === undefined ? {} : { export: options.export }) },
    options,
  );
}
