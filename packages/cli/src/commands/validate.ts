import type { GraphFinding } from "@flujo/dsl";
import type { Command } from "commander";
import { EXIT } from "../exit-code.ts";
import { writeJson, writeLines } from "../format/output.ts";
import { type Paint, paintFor, type Style } from "../format/paint.ts";
import { plural } from "../format/text.ts";
import { loadPipelineFile } from "../load/pipeline-file.ts";
import { type OutputOptions, withExamples, withJsonOption } from "./shared-options.ts";

interface ValidateOptions extends OutputOptions {
  readonly export?: string;
}

const SEVERITY_STYLES: Readonly<Record<GraphFinding["severity"], Style>> = {
  error: "red",
  warning: "yellow",
  note: "blue",
};

export function registerValidate(program: Command): void {
  const command = program
    .command("validate")
    .summary("find what is wrong with a pipeline, without running it")
    .description("Finds what is wrong with a pipeline without running it. Exits with 1 if there is an error.")
    .argument("<file>", "the pipeline's file")
    .option("--export <name>", "the export that is the pipeline, if not the default one")
    .action(validate);
  withExamples(withJsonOption(command), "flujo validate article.ts");
}

async function validate(file: string, options: ValidateOptions): Promise<void> {
  const { pipeline } = await loadPipelineFile(file, options.export);
  const findings = pipeline.validateGraph();
  const valid = findings.every(({ severity }) => severity !== "error");
  if (options.json) writeJson({ pipeline: pipeline.name, valid, findings });
  else writeLines(process.stdout, formatFindings(pipeline.name, findings, paintFor(process.stdout)));
  process.exitCode = valid ? EXIT.done : EXIT.failed;
}

function formatFindings(name: string, findings: readonly GraphFinding[], paint: Paint): string[] {
  if (findings.length === 0) return [`${name}: no findings`];
  const lines = findings.flatMap(({ rule, severity, path, message, fix }) => [
    `${paint(SEVERITY_STYLES[severity], severity)} ${paint("dim", rule)} ${paint("bold", path)}`,
    `  ${message}`,
    `  ${paint("dim", "fix:")} ${fix}`,
  ]);
  return [...lines, "", `${name}: ${plural(findings.length, "finding")}`];
}
