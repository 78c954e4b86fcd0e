import { stepPath } from "@flujo/core";
import type { Awaiting, JournalEntry, RunRecord } from "@flujo/core/protocols";
import type { Command } from "commander";
import { formatDeadline } from "../format/deadline.ts";
import { formatDuration, formatTime } from "../format/duration.ts";
import { formatError } from "../format/error.ts";
import { formatValue } from "../format/json.ts";
import { writeJson, writeLines } from "../format/output.ts";
import { type Paint, paintFor } from "../format/paint.ts";
import { harmless, oneLine, padEnd, plural } from "../format/text.ts";
import { formatUsage } from "../format/usage.ts";
import { findRun } from "../lens/find-run.ts";
import { forkedFrom, isFork } from "../lens/fork-origin.ts";
import { openStore } from "../lens/open-store.ts";
import { runFacts } from "../lens/run-facts.ts";
import { lengthOf, STATUS_STYLES, shownStatus } from "../lens/run-status.ts";
import { readError, readValue } from "../lens/stored-value.ts";
import { type OutputOptions, type StoreOptions, withDbOption, withExamples, withJsonOption } from "./shared-options.ts";

interface ShowOptions extends StoreOptions, OutputOptions {
  readonly full?: true;
}

/** What is told of a run's entries. */
interface JournalFacts {
  readonly steps: number;
  /** The entry that says what it was forked from, if it was. */
  readonly fork: JournalEntry | undefined;
}

/** What is shown of a long value. */
const MAX_LINES = 16;
const MAX_CHARACTERS = 2000;

export function registerLensShow(lens: Command): void {
  const command = lens
    .command("show")
    .summary("show one run: its facts, input, and output or error")
    .description("Shows one run: its facts, its input, and its output, its error or what it waits for.")
    .argument("<run>", "the run's id, or as much of its beginning as no other has")
    .option("--full", "show long values whole")
    .action(show);
  withExamples(withJsonOption(withDbOption(command)), "flujo lens show 3f2a --full");
}

async function show(id: string, options: ShowOptions): Promise<void> {
  await using store = openStore(options.db);
  const run = await findRun(store, id);
  const entries = await store.readEntries(run.runId);
  const journal = {
    steps: entries.filter(({ path }) => path === stepPath(path)).length,
    fork: entries.findLast(isFork),
  };
  if (options.json) writeJson(showFacts(run, journal));
  else writeLines(process.stdout, formatRun(run, journal, options.full === true, paintFor(process.stdout)));
}

function formatRun(run: RunRecord, journal: JournalFacts, full: boolean, paint: Paint): string[] {
  const value = (title: string, text: string | undefined) =>
    text === undefined
      ? []
      : ["", paint("bold", title), ...shorten(harmless(formatValue(readValue(text))), full, paint)];
  const error = readError(run);
  return [
    ...facts(run, journal, paint),
    ...value("input", run.input),
    ...value("output", run.output),
    ...(error === undefined ? [] : ["", paint("bold", "error"), ...formatError(error, paint)]),
    ...(run.awaiting.length === 0 ? [] : ["", paint("bold", "waits for")]),
    ...run.awaiting.map((question) => formatQuestion(question, paint)),
    ...value("context", run.finalContext ?? run.context),
  ];
}

function formatQuestion({ path, prompt, deadline }: Awaiting, paint: Paint): string {
  const until = deadline === undefined ? "" : `  ${paint("dim", formatDeadline(deadline, Date.now()))}`;
  return `${paint("yellow", path)}  ${oneLine(prompt)}${until}`;
}

function facts(run: RunRecord, { steps, fork }: JournalFacts, paint: Paint): string[] {
  const status = shownStatus(run);
  const tags = Object.entries(run.tags).map(([name, value]) => `${name}=${value}`);
  const used = run.usage === undefined ? undefined : formatUsage(run.usage);
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["run", run.runId],
    ["pipeline", oneLine(run.pipeline)],
    ["status", paint(STATUS_STYLES[status], status)],
    ["started", formatTime(run.createdAt)],
    [run.status === "paused" ? "paused" : "ended", run.endedAt === undefined ? undefined : formatTime(run.endedAt)],
    ["time", formatDuration(lengthOf(run, Date.now()))],
    ["usage", used === undefined ? undefined : `${used} in ${plural(run.usage?.requests ?? 0, "model call")}`],
    ["tags", tags.length === 0 ? undefined : tags.join(" ")],
    ["steps", `${steps} recorded`],
    ["forked", fork && `from ${oneLine(forkedFrom(fork))} at ${oneLine(stepPath(fork.path))}`],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`${paint("dim", padEnd(name, 10))}${value}`]));
}

function shorten(text: string, full: boolean, paint: Paint): string[] {
  if (full) return text.split("\n");
  const shown = text.slice(0, MAX_CHARACTERS).split("\n").slice(0, MAX_LINES);
  const left = text.length - shown.join("\n").length;
  if (left === 0) return shown;
  return [...shown, paint("dim", `… ${left.toLocaleString("en-US")} more characters; --full shows all`)];
}

function showFacts(run: RunRecord, { steps, fork }: JournalFacts): Readonly<Record<string, unknown>> {
  const { input, output, context, finalContext } = run;
  return {
    ...runFacts(run),
    steps,
    ...(fork === undefined ? {} : { fork: { of: forkedFrom(fork), at: stepPath(fork.path) } }),
    input: readValue(input) ?? null,
    ...(output === undefined ? {} : { output: readValue(output) ?? null }),
    ...(run.error === undefined ? {} : { error: readError(run) }),
    context: readValue(finalContext ?? context),
  };
}
