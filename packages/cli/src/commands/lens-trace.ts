import type { JournalEntry, RunRecord } from "@flujo/core/protocols";
import type { Command } from "commander";
import { formatDuration, formatTime } from "../format/duration.ts";
import { formatError } from "../format/error.ts";
import { usageFacts } from "../format/json.ts";
import { writeJson, writeLines } from "../format/output.ts";
import { type Paint, paintFor } from "../format/paint.ts";
import { oneLine } from "../format/text.ts";
import { formatUsage } from "../format/usage.ts";
import { findRun } from "../lens/find-run.ts";
import { forkedFrom } from "../lens/fork-origin.ts";
import { openStore } from "../lens/open-store.ts";
import { renderTrace } from "../lens/render-trace.ts";
import { lengthOf, STATUS_STYLES, shownStatus } from "../lens/run-status.ts";
import { readError, readValue } from "../lens/stored-value.ts";
import { type TraceNode, traceTree } from "../lens/trace-tree.ts";
import { type OutputOptions, type StoreOptions, withDbOption, withExamples, withJsonOption } from "./shared-options.ts";

interface TraceCommandOptions extends StoreOptions, OutputOptions {}

export function registerLensTrace(lens: Command): void {
  const command = lens
    .command("trace")
    .summary("show a run's steps as a tree")
    .description(
      "Shows what is recorded of a run as a tree: when each step ran, attempts, usage, decisions and errors.",
    )
    .argument("<run>", "the run's id, or as much of its beginning as no other has")
    .action(trace);
  withExamples(withJsonOption(withDbOption(command)), "flujo lens trace 3f2a");
}

async function trace(id: string, options: TraceCommandOptions): Promise<void> {
  await using store = openStore(options.db);
  const run = await findRun(store, id);
  const tree = traceTree(await store.readEntries(run.runId), run.awaiting);
  if (options.json) {
    const { runId, pipeline } = run;
    writeJson({ runId, pipeline, status: shownStatus(run), steps: tree.children.map(nodeFacts) });
  } else {
    writeLines(process.stdout, formatTrace(run, tree, paintFor(process.stdout)));
  }
}

function formatTrace(run: RunRecord, tree: TraceNode, paint: Paint): string[] {
  const error = readError(run);
  const steps = renderTrace(tree, { columns: process.stdout.columns ?? Infinity, paint });
  return [
    header(run, paint),
    "",
    ...(steps.length === 0 ? [paint("dim", "nothing is recorded yet")] : steps),
    ...(error === undefined ? [] : ["", ...formatError(error, paint)]),
  ];
}

function header(run: RunRecord, paint: Paint): string {
  const status = shownStatus(run);
  const facts = [
    formatTime(run.createdAt),
    formatDuration(lengthOf(run, Date.now())),
    run.usage && formatUsage(run.usage),
  ];
  const shown = facts.filter((fact) => fact !== undefined).join(" · ");
  return `${paint("bold", oneLine(run.pipeline))}  ${paint(STATUS_STYLES[status], status)}  ${run.runId}  ${paint("dim", shown)}`;
}

function nodeFacts({
  path,
  entry,
  awaiting,
  decisions,
  failedAttempts,
  fork,
  children,
}: TraceNode): Readonly<Record<string, unknown>> {
  return {
    path,
    ...(entry === undefined ? { status: awaiting === undefined ? null : "paused" } : entryFacts(entry)),
    ...(awaiting === undefined ? {} : { awaiting }),
    ...(fork === undefined ? {} : { forkedFrom: forkedFrom(fork) }),
    ...(decisions.length === 0 ? {} : { decisions: decisions.map(decisionFacts) }),
    ...(failedAttempts.length === 0 ? {} : { failedAttempts: failedAttempts.map(entryFacts) }),
    ...(children.length === 0 ? {} : { children: children.map(nodeFacts) }),
  };
}

function entryFacts(entry: JournalEntry): Readonly<Record<string, unknown>> {
  const { name, kind, status, attempts, startedAt, endedAt, usage } = entry;
  return {
    name,
    kind,
    status,
    attempts,
    startedAt,
    durationMs: endedAt - startedAt,
    ...(usage === undefined ? {} : { usage: usageFacts(usage) }),
    ...(entry.error === undefined ? {} : { error: readError(entry) }),
  };
}

function decisionFacts(entry: JournalEntry): Readonly<Record<string, unknown>> {
  const { name, output } = entry;
  return { name, ...(output === undefined ? { error: readError(entry) } : { value: readValue(output) ?? null }) };
}
