import { JournalTraceManager } from "@flujo/core";
import type { RunRecord, RunTrace, TraceAttempt, TraceDecision, TraceSpan } from "@flujo/core/protocols";
import type { Command } from "commander";
import { formatDuration, formatTime } from "../format/duration.ts";
import { formatError, storedErrorFacts } from "../format/error.ts";
import { usageFacts } from "../format/json.ts";
import { writeJson, writeLines } from "../format/output.ts";
import { type Paint, paintFor } from "../format/paint.ts";
import { oneLine } from "../format/text.ts";
import { formatUsage } from "../format/usage.ts";
import { findRun } from "../lens/find-run.ts";
import { openStore } from "../lens/open-store.ts";
import { renderTrace } from "../lens/render-trace.ts";
import { lengthOf, STATUS_STYLES, shownStatus } from "../lens/run-status.ts";
import { readError, readValue } from "../lens/stored-value.ts";
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
  const traces = new JournalTraceManager({ state: store, serializer: { parse: readValue } });
  const recorded = await traces.trace(run.runId);
  if (options.json) {
    const { runId, pipeline } = run;
    writeJson({ runId, pipeline, status: shownStatus(run), steps: recorded.root.children.map(spanFacts) });
  } else {
    writeLines(process.stdout, formatTrace(run, recorded, paintFor(process.stdout)));
  }
}

function formatTrace(run: RunRecord, recorded: RunTrace, paint: Paint): string[] {
  const error = readError(run);
  const steps = renderTrace(recorded, { columns: process.stdout.columns ?? Infinity, paint });
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

function spanFacts(span: TraceSpan): Readonly<Record<string, unknown>> {
  const { path, awaiting, decisions, failedAttempts, forkedFrom, children } = span;
  return {
    path,
    ...(span.kind === undefined ? { status: awaiting === undefined ? null : "paused" } : settledFacts(span)),
    ...(awaiting === undefined ? {} : { awaiting }),
    ...(forkedFrom === undefined ? {} : { forkedFrom }),
    ...(decisions.length === 0 ? {} : { decisions: decisions.map(decisionFacts) }),
    ...(failedAttempts.length === 0 ? {} : { failedAttempts: failedAttempts.map((each) => attemptFacts(span, each)) }),
    ...(children.length === 0 ? {} : { children: children.map(spanFacts) }),
  };
}

function settledFacts(span: TraceSpan): Readonly<Record<string, unknown>> {
  const { name, kind, status, attempts, startedAt, durationMs } = span;
  return { name, kind, status, attempts, startedAt, durationMs, ...usedAndFailed(span) };
}

function attemptFacts({ name }: TraceSpan, attempt: TraceAttempt): Readonly<Record<string, unknown>> {
  const { attempt: attempts, startedAt, durationMs } = attempt;
  return { name, kind: "attempt", status: "failed", attempts, startedAt, durationMs, ...usedAndFailed(attempt) };
}

function usedAndFailed({ usage, error }: Pick<TraceSpan, "usage" | "error">): Readonly<Record<string, unknown>> {
  return {
    ...(usage === undefined ? {} : { usage: usageFacts(usage) }),
    ...(error === undefined ? {} : { error: storedErrorFacts(error) }),
  };
}

function decisionFacts(decision: TraceDecision): Readonly<Record<string, unknown>> {
  const { name, value, error } = decision;
  return { name, ...(error === undefined ? { value: value ?? null } : { error: storedErrorFacts(error) }) };
}
