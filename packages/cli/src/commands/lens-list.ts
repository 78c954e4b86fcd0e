import type { RunQuery, RunRecord, RunStatus, StateBackend } from "@flujo/core/protocols";
import { type Command, InvalidArgumentError } from "commander";
import { keyValue } from "../arguments/key-value.ts";
import { pointInTime } from "../arguments/point-in-time.ts";
import { wholeNumber } from "../arguments/whole-number.ts";
import { formatDuration, formatTime } from "../format/duration.ts";
import { writeJson, writeLines } from "../format/output.ts";
import { type Paint, paintFor } from "../format/paint.ts";
import { type Column, formatTable } from "../format/table.ts";
import { oneLine, width } from "../format/text.ts";
import { formatCost, formatTokens } from "../format/usage.ts";
import { allRuns } from "../lens/find-run.ts";
import { openStore } from "../lens/open-store.ts";
import { runFacts } from "../lens/run-facts.ts";
import { lengthOf, SHOWN_STATUSES, type ShownStatus, STATUS_STYLES, shownStatus } from "../lens/run-status.ts";
import { shortIds } from "../lens/short-ids.ts";
import { type OutputOptions, type StoreOptions, withDbOption, withExamples, withJsonOption } from "./shared-options.ts";

interface ListOptions extends StoreOptions, OutputOptions {
  readonly status?: readonly ShownStatus[];
  readonly pipeline?: string;
  readonly since?: number;
  readonly tag?: Readonly<Record<string, string>>;
  readonly limit: number;
}

export function registerLensList(lens: Command): void {
  const command = lens
    .command("list")
    .summary("list runs, the newest first")
    .description("Lists runs, the newest first. A run that is unfinished and that no process drives is `interrupted`.")
    .option("-s, --status <status...>", `only those that are: ${SHOWN_STATUSES.join(", ")}`, statusArgument)
    .option("-p, --pipeline <name>", "only those of this pipeline")
    .option("--since <when>", "only those begun since: 90s, 30m, 24h, 7d, or a date", (text) => pointInTime(text))
    .option("-t, --tag <name=value>", "only those with this tag; may be given many times", keyValue)
    .option("-n, --limit <count>", "at most so many", wholeNumber, 20)
    .action(list);
  withExamples(withJsonOption(withDbOption(command)), "flujo lens list --status failed interrupted --since 24h");
}

function statusArgument(text: string, before: readonly ShownStatus[] = []): readonly ShownStatus[] {
  const statuses = text.split(",");
  const unknown = statuses.find((status) => !(SHOWN_STATUSES as readonly string[]).includes(status));
  if (unknown !== undefined) throw new InvalidArgumentError(`It must be one of ${SHOWN_STATUSES.join(", ")}.`);
  return [...before, ...(statuses as ShownStatus[])];
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

async function select(store: StateBackend, { status, pipeline, since, tag, limit }: ListOptions): Promise<RunRecord[]> {
  const stored = status?.map((shown): RunStatus => (shown === "interrupted" ? "running" : shown));
  const query: RunQuery = {
    limit,
    ...(stored === undefined ? {} : { status: [...new Set(stored)] }),
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(since === undefined ? {} : { createdSince: since }),
    ...(tag === undefined ? {} : { tags: tag }),
  };
  const runs: RunRecord[] = [];
  for await (const run of allRuns(store, query)) {
    if (status !== undefined && !status.includes(shownStatus(run))) continue;
    runs.push(run);
    if (runs.length === limit) break;
  }
  return runs;
}

function formatRuns(runs: readonly RunRecord[], paint: Paint, columns: number): string[] {
  const full = formatTable(
    runs,
    tableColumns(paint, (runId) => runId),
    paint,
  );
  if (full.every((line) => width(line) <= columns)) return full;
  const short = shortIds(runs.map(({ runId }) => runId));
  return formatTable(
    runs,
    tableColumns(paint, (runId) => short.get(runId) ?? runId),
    paint,
  );
}

function tableColumns(paint: Paint, showId: (runId: string) => string): readonly Column<RunRecord>[] {
  const now = Date.now();
  return [
    { title: "RUN", cell: ({ runId }) => showId(runId) },
    { title: "PIPELINE", cell: ({ pipeline }) => oneLine(pipeline) },
    { title: "STATUS", cell: (run) => paint(STATUS_STYLES[shownStatus(run)], shownStatus(run)) },
    { title: "STARTED", cell: ({ createdAt }) => formatTime(createdAt) },
    { title: "TIME", align: "right", cell: (run) => formatDuration(lengthOf(run, now)) },
    { title: "TOKENS", align: "right", cell: ({ usage }) => strip(usage && formatTokens(usage), "tokens") },
    { title: "COST", align: "right", cell: ({ usage }) => strip(usage && formatCost(usage), "cost") },
  ];
}

/** The column's title says what it is. */
function strip(text: string | undefined, noun: string): string {
  return text?.replace(noun, "").trim() ?? "";
}
