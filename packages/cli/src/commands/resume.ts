import type { Command } from "commander";
import { keyJson } from "../arguments/key-value.ts";
import { type DriveOutput, driveRun, watchers } from "../drive/drive-run.ts";
import { openRunner } from "../drive/open-runner.ts";
import { findRun } from "../lens/find-run.ts";
import { loadPipelineFile } from "../load/pipeline-file.ts";
import { type LimitOptions, limitsOf, withDriveOptions } from "./drive-options.ts";
import { type StoreOptions, withDbOption, withExamples } from "./shared-options.ts";

interface ResumeCommandOptions extends StoreOptions, DriveOutput, LimitOptions {
  readonly signal?: Readonly<Record<string, unknown>>;
  readonly export?: string;
}

export function registerResume(program: Command): void {
  const command = program
    .command("resume")
    .summary("go on with a run that is paused or was interrupted")
    .description("Goes on with a run where it stopped. What is recorded of it is not run again.")
    .argument("<file>", "the pipeline's file")
    .argument("<run>", "the run's id, or as much of its beginning as no other has")
    .option("-s, --signal <path=json>", "an answer to what the run waits for; may be given many times", keyJson)
    .action(resume);
  withExamples(withDbOption(withDriveOptions(command)), `flujo resume article.ts 3f2a --signal 'approve={"ok":true}'`);
}

async function resume(file: string, id: string, options: ResumeCommandOptions): Promise<void> {
  const pipelineFile = await loadPipelineFile(file, options.export);
  const { db, signal: signals } = options;
  const runner = openRunner(pipelineFile, { db, mustExist: true, modules: watchers(options), ...limitsOf(options) });
  const begin = async () => {
    const { runId } = await findRun(runner.state, id);
    return runner.startResume(runId, signals === undefined ? {} : { signals });
  };
  await driveRun(
    runner,
    begin,
    { file, db, ...(options.export === undefined ? {} : { export: options.export }) },
    options,
  );
}
