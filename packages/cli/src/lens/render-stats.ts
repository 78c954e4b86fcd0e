import { formatDuration } from "../format/duration.ts";
import type { Paint } from "../format/paint.ts";
import { type Column, formatTable } from "../format/table.ts";
import { cut, oneLine, padEnd, plural } from "../format/text.ts";
import { formatCost, formatTokens } from "../format/usage.ts";
import type { Durations } from "./durations.ts";
import type { RunStats } from "./run-stats.ts";
import { SHOWN_STATUSES, STATUS_STYLES } from "./run-status.ts";
import type { StepTotals } from "./step-totals.ts";

export interface StatsView {
  /** Most steps in each table. */
  readonly top: number;
  /** Of the terminal; Infinity for what is none. */
  readonly columns: number;
  readonly paint: Paint;
}

/** The part of a terminal that a step's name, and a pipeline's, get at most. */
const NAMES = 0.25;

/** What many runs come to, for people; at least one. */
export function renderStats(stats: RunStats, view: StatsView): string[] {
  const { top, paint } = view;
  const slowest = stats.steps.filter(({ durations }) => durations !== undefined).sort(bySlowness);
  const dearest = stats.steps.filter(({ spending }) => spending.requests > 0).sort(byCost);
  return [
    ...factLines(stats, paint),
    ...stepTable("slowest steps, by median time", slowest, view),
    ...stepTable("dearest steps, by cost in all", dearest, view),
    ...(Math.max(slowest.length, dearest.length) > top ? ["", paint("dim", `--top shows more than ${top}`)] : []),
  ];
}

function factLines(stats: RunStats, paint: Paint): string[] {
  const { runs, byStatus, durations, spending, unknownTokens, unknownCosts } = stats;
  const statuses = SHOWN_STATUSES.flatMap((status) => {
    const count = byStatus.get(status);
    return count === undefined ? [] : [paint(STATUS_STYLES[status], `${count.toLocaleString("en-US")} ${status}`)];
  });
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["runs", `${runs.toLocaleString("en-US")}  ${statuses.join(" · ")}`],
    [
      "time",
      durations && `${formatDurations(durations)}  ${paint("dim", `of ${plural(durations.count, "ended run")}`)}`,
    ],
    ["tokens", withUnknown(formatTokens(spending)?.replace(" tokens", ""), unknownTokens, runs, paint)],
    ["cost", withUnknown(formatCost(spending), unknownCosts, runs, paint)],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`${paint("dim", padEnd(name, 8))}${value}`]));
}

function formatDurations({ medianMs, p95Ms, longestMs }: Durations): string {
  return `median ${formatDuration(medianMs)} · p95 ${formatDuration(p95Ms)} · longest ${formatDuration(longestMs)}`;
}

function withUnknown(amount: string | undefined, unknown: number, runs: number, paint: Paint): string | undefined {
  if (amount === undefined || unknown === 0) return amount;
  return `${amount}  ${paint("dim", `not known, or not all, of ${unknown.toLocaleString("en-US")} of ${plural(runs, "run")}`)}`;
}

function stepTable(title: string, steps: readonly StepTotals[], { top, columns, paint }: StatsView): string[] {
  const shown = steps.slice(0, top);
  if (shown.length === 0) return [];
  const widest = Math.max(12, Math.floor(columns * NAMES));
  const hasSeveral = new Set(shown.map(({ pipeline }) => pipeline)).size > 1;
  return ["", paint("bold", title), ...formatTable(shown, stepColumns(hasSeveral, widest), paint)];
}

/** @param hasPipelines - whether there are steps of several pipelines */
function stepColumns(hasPipelines: boolean, widest: number): readonly Column<StepTotals>[] {
  const count = (value: number): string => (value === 0 ? "" : value.toLocaleString("en-US"));
  return [
    { title: "STEP", cell: ({ name }) => cut(oneLine(name), widest) },
    ...(hasPipelines
      ? [{ title: "PIPELINE", cell: ({ pipeline }: StepTotals) => cut(oneLine(pipeline), widest) }]
      : []),
    { title: "COUNT", align: "right", cell: (step) => count(step.count) },
    { title: "FAILED", align: "right", cell: ({ failures }) => count(failures) },
    { title: "ATTEMPTS", align: "right", cell: ({ attempts }) => count(attempts) },
    { title: "MEDIAN", align: "right", cell: ({ durations }) => (durations ? formatDuration(durations.medianMs) : "") },
    { title: "P95", align: "right", cell: ({ durations }) => (durations ? formatDuration(durations.p95Ms) : "") },
    { title: "COST", align: "right", cell: ({ spending }) => formatCost(spending)?.replace("cost ", "") ?? "" },
  ];
}

function bySlowness(a: StepTotals, b: StepTotals): number {
  return (b.durations?.medianMs ?? 0) - (a.durations?.medianMs ?? 0) || byName(a, b);
}

/** By what is known of it. */
function byCost({ spending: a, ...first }: StepTotals, { spending: b, ...second }: StepTotals): number {
  return a.known.costPico === b.known.costPico ? byName(first, second) : a.known.costPico < b.known.costPico ? 1 : -1;
}

function byName(a: Pick<StepTotals, "name">, b: Pick<StepTotals, "name">): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
