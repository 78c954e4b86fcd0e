import { type Command, Option } from "commander";
import { jsonValue } from "../arguments/json-value.ts";
import { keyValue } from "../arguments/key-value.ts";
import { type DriveOutput, driveRun, watchers } from "../drive/drive-run.ts";
import { readInput } from "../drive/input.ts";
import { openRunner } from "../drive/open-runner.ts";
import { loadPipelineFile } from "../load/pipeline-file.ts";
import { type LimitOptions, limitsOf, withDriveOptions } from "./drive-options.ts";
import { type StoreOptions, withDbOption, withExamples } from "./shared-options.ts";

interface RunCommandOptions extends StoreOptions, DriveOutput, LimitOptions {
  readonly input?: unknown;
  readonly inputFile?: string;
  readonly context?: unknown;
  readonly runId?: string;
  readonly tag?: Readonly<Record<string, string>>;
  readonly export?: string;
}

export function registerRun(program: Command): void {
  const command = program
    .command("run")
    .summary("run a pipeline")
    .description(
      "Runs the step that a JavaScript or TypeScript file exports and prints its output.\n" +
        "The file may also export `modules`, plugged into the runner, and `context`, which the run begins with.",
    )
    .argument("<file>", "the pipeline's file")
    .option("-i, --input <json>", "the input; without it, what is piped in", jsonValue)
    .addOption(new Option("--input-file <file>", "a JSON file with the input").conflicts("input"))
    .option("--context <json>", "the context that the run begins with", jsonValue)
    .option("--run-id <id>", "the run's id; once more with the same input, it is the same run")
    .option("-t, --tag <name=value>", "a tag to find the run by; may be given many times", keyValue)
    .action(run);
  withExamples(
    withDbOption(withDriveOptions(command)),
    `flujo run article.ts --input '"https://example.org"' --budget-usd 0.5`,
    `echo '{"topic":"tides"}' | flujo run brief.ts --run-id brief-42 --tag team=docs`,
  );
}

async function run(file: string, options: RunCommandOptions): Promise<void> {
  const input = await readInput(options);
  const pipelineFile = await loadPipelineFile(file, options.export);
  const { db, context, runId, tag: tags } = options;
  const runner = openRunner(pipelineFile, {
    db,
    mustExist: false,
    modules: watchers(options),
    context,
    ...limitsOf(options),
  });
  const begin = async () =>
    runner.start(input, { ...(runId === undefined ? {} : { runId }), ...(tags === undefined ? {} : { tags }) });
  await driveRun(
    runner,
    begin,
    { file, db, ...(options.export === undefined ? {} : { export: options.export }) },
    options,
  );
}
