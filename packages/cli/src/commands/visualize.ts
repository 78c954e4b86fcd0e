import { type Command, Option } from "commander";
import { writeJson } from "../format/output.ts";
import { loadPipelineFile } from "../load/pipeline-file.ts";
import { type OutputOptions, withExamples, withJsonOption } from "./shared-options.ts";

interface VisualizeOptions extends OutputOptions {
  readonly direction: "TD" | "LR";
  readonly export?: string;
}

export function registerVisualize(program: Command): void {
  const command = program
    .command("visualize")
    .summary("draw a pipeline as a Mermaid flowchart")
    .description("Writes a pipeline's graph on stdout, as the text of a Mermaid flowchart.")
    .argument("<file>", "the pipeline's file")
    .addOption(
      new Option("-d, --direction <direction>", "top to bottom or left to right").choices(["TD", "LR"]).default("TD"),
    )
    .option("--export <name>", "the export that is the pipeline, if not the default one")
    .action(visualize);
  withExamples(withJsonOption(command), "flujo visualize article.ts --direction LR > article.mmd");
}

async function visualize(file: string, { direction, json, export: name }: VisualizeOptions): Promise<void> {
  const { pipeline } = await loadPipelineFile(file, name);
  const mermaid = pipeline.toMermaid({ direction });
  if (json) writeJson({ pipeline: pipeline.name, mermaid });
  else process.stdout.write(mermaid);
}
