import type { Awaiting } from "@flujo/core/protocols";
import { DEFAULT_DB } from "../commands/shared-options.ts";
import { shellLine } from "../format/shell.ts";
import { sampleAnswer } from "./sample-answer.ts";

/** Which run it is, and how the command that drove it was told where to find it. */
export interface RunPlace {
  readonly file: string;
  readonly export?: string;
  readonly db: string;
  readonly runId: string;
  /** The run that it is forked from. */
  readonly forkOf?: string;
}

/** The command that goes on with the run, answering what it waits for. */
export function resumeCommand(place: RunPlace, awaiting: readonly Awaiting[] = []): string {
  const { file, runId, db } = place;
  const name = place.export === undefined ? [] : ["--export", place.export];
  const signals = awaiting.flatMap(({ path, schema }) => ["--signal", `${path}=${sampleJson(schema)}`]);
  return shellLine(["flujo", "resume", file, runId, ...name, ...dbOption(db), ...signals]);
}

/** The command that shows what happened in the run. */
export function traceCommand({ runId, db }: RunPlace): string {
  return shellLine(["flujo", "lens", "trace", runId, ...dbOption(db)]);
}

/** The command that shows how a fork differs from the run that it is forked from. Absent for what is no fork. */
export function diffCommand({ runId, db, forkOf }: RunPlace): string | undefined {
  return forkOf === undefined ? undefined : shellLine(["flujo", "lens", "diff", forkOf, runId, ...dbOption(db)]);
}

/** What the next command finds by itself need not be said. */
function dbOption(db: string): readonly string[] {
  return db === (process.env["FLUJO_DB"] ?? DEFAULT_DB) ? [] : ["--db", db];
}

function sampleJson(schema: Awaiting["schema"]): string {
  const sample = schema === undefined ? undefined : sampleAnswer(schema);
  return sample === undefined ? "<JSON>" : JSON.stringify(sample);
}
