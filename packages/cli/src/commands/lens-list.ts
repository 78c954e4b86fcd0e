import type { RunRecord, StateBackend } from "@flujo/core/protocols";
import type { Command } from "commander";
import { wholeNumber } from "../arguments/whole-number.ts";
import { formatDuration, formatTime } from "../format/duration.ts";
import { writeJson, writeLines } from "../format/output.ts";
import { type Paint, paintFor } from "../format/paint.ts";
import { type Column, formatTable } from "../format/table.ts";
import { oneLine, width } from "../format/text.ts";
import { formatCost, formatTokens } from "../format/usage.ts";
import { openStore } from "../lens/open-store.ts";
import { runFacts } from "../lens/run-facts.ts";
import { lengthOf, STATUS_STYLES, shownStatus } from "../lens/run-status.ts";
import { type RunFilters, selectRuns } from "../lens/select-runs.ts";
import { shortIds } from "../lens/short-ids.ts";
import { withRunFilterOptions } from "./run-filter-options.ts";
import { type OutputOptions, type StoreOptions, withDbOption, withExamples, withJsonOption } from "./shared-options.ts";

interface ListOptions extends StoreOptions, OutputOptions, RunFilters {
  readonly limit: number;
}

export function registerLensList(lens: Command): void {
  const command = lens
    .command("list")
    .summary("list runs, the newest first")
    .description("Lists runs, the newest first. A run that is unfinished and that no process drives is `interrupted`.");
  withRunFilterOptions(command).option("-n, --limit <count>", "at most so many", wholeNumber, 20).action(list);
  withExamples(withJsonOption(withDbOption(command)), "flujo lens list --status failed interrupted --since 24h");
}

async function list(options: ListOptions): Promise<void> {
  await using store = openStore(options.db);
  const runs = await select(store, options);
  if (options.json) {
    writeJson({ runs: runs.map((run) => runFacts(run)) });
  } else if (runs.length === 0) {
    process.stderr.write("no runs found\n");
  } else {
    writeLines(process.stdout, formatRuns(runs, paintFor(process.stdout), process.stdout.columns ?? Infinity));
  }
}

async function select(store: StateBackend, options: ListOptions): Promise<RunRecord[]> {
  const runs: RunRecord[] = [];
  for await (const run of selectRuns(store, options, options.limit)) {
    runs.push(run);
    if (runs.length === options.limit) break;
  }
  return runs;
}

/** The first of some tables that fits; the last one is as narrow as can be. */
function formatRuns(runs: readonly RunRecord[], paint: Paint, columns: number): string[] {
  const hasDeadline = runs.some((run) => deadlineOf(run) !== undefined);
  const short = shortIds(runs.map(({ runId }) => runId));
  const whole = tableColumns(paint, hasDeadline, (runId) => runId);
  const narrow = tableColumns(paint, hasDeadline, (runId) => short.get(runId) ?? runId);
  const tables = [whole, narrow].map((cells) => formatTable(runs, cells, paint));
  const fitting = tables.find((lines) => lines.every((line) => width(line) <= columns));
  const least = narrow.filter(({ title }) => title !== "TOKENS");
  return fitting ?? formatTable(runs, least, paint);
}

function tableColumns(
  paint: Paint,
  hasDeadline: boolean,
  showId: (runId: string) => string,
): readonly Column<RunRecord>[] {
  const now = Date.now();
  return [
    { title: "RUN", cell: ({ runId }) => showId(runId) },
    { title: "PIPELINE", cell: ({ pipeline }) => oneLine(pipeline) },
    { title: "STATUS", cell: (run) => paint(STATUS_STYLES[shownStatus(run)], shownStatus(run)) },
    { title: "STARTED", cell: ({ createdAt }) => formatTime(createdAt) },
    { title: "TIME", align: "right", cell: (run) => formatDuration(lengthOf(run, now)) },
    { title: "TOKENS", align: "right", cell: ({ usage }) => strip(usage && formatTokens(usage), "tokens") },
    { title: "COST", align: "right", cell: ({ usage }) => strip(usage && formatCost(usage), "cost") },
    ...(hasDeadline ? [{ title: "DEADLINE", cell: (run: RunRecord) => showDeadline(run, now, paint) }] : []),
  ];
}

/** When the first of the answers that a run waits for comes too late, if any does. */
function deadlineOf({ status, awaiting }: RunRecord): number | undefined {
  const deadlines = status === "paused" ? awaiting.flatMap(({ deadline }) => deadline ?? []) : [];
  return deadlines.length === 0 ? undefined : Math.min(...deadlines);
}

function showDeadline(run: RunRecord, now: number, paint: Paint): string {
  const deadline = deadlineOf(run);
  if (deadline === undefined) return "";
  if (deadline > now) return `in ${formatDuration(deadline - now)}`;
  return paint("red", `${formatDuration(now - deadline)} ago`);
}

/** The column's title says what it is. */
function strip(text: string | undefined, noun: string): string {
  return text?.replace(noun, "").trim() ?? "";
}
