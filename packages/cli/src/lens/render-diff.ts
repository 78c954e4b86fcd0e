import type { Pair, RunDiff, StepDiff, StoredRunHistory } from "@flujo/core";
import type { Usage } from "@flujo/core/protocols";
import { formatDuration } from "../format/duration.ts";
import type { Paint, Style } from "../format/paint.ts";
import { shortPair } from "../format/short-pair.ts";
import { type Column, formatTable } from "../format/table.ts";
import { cutStart, oneLine, plural } from "../format/text.ts";
import { formatCost, formatDollars, formatTokens } from "../format/usage.ts";
import { byPath } from "./compare-runs.ts";
import { resultOf } from "./result-of.ts";
import { lengthOf, shownStatus } from "./run-status.ts";
import { shortIds } from "./short-ids.ts";

export interface DiffView {
  /** Whether steps that came to the same are listed too. */
  readonly all: boolean;
  /** No line with values on it is wider. Infinity for what is no terminal. */
  readonly columns: number;
  readonly paint: Paint;
}

/** A line of what is told of both runs. */
interface Row {
  readonly name: string;
  readonly values: Pair<string>;
  readonly delta?: string;
}

const MARKS: Readonly<Record<StepDiff["change"], readonly [mark: string, style: Style]>> = {
  same: ["=", "dim"],
  changed: ["~", "yellow"],
  "only-first": ["-", "red"],
  "only-second": ["+", "green"],
};

/** Values are cut to this also where lines may be of any length. */
const WIDEST_VALUE = 160;
/** The part of a terminal that paths get at most. */
const PATHS = 0.5;

/** Two runs side by side, and below them the steps in which they differ. */
export function renderDiff(
  histories: readonly [StoredRunHistory, StoredRunHistory],
  diff: RunDiff,
  view: DiffView,
): string[] {
  const { paint } = view;
  const [first, second] = [histories[0].record, histories[1].record];
  const names = shortIds([first.runId, second.runId]);
  const columns: readonly Column<Row>[] = [
    { title: "", cell: ({ name }) => paint("dim", name) },
    { title: names.get(first.runId) ?? first.runId, cell: ({ values }) => values[0] },
    { title: names.get(second.runId) ?? second.runId, cell: ({ values }) => values[1] },
    { title: "", cell: ({ delta = "" }) => paint("dim", delta) },
  ];
  const results: Pair<unknown> = [resultOf(first), resultOf(second)];
  return [
    ...formatTable(factRows(histories, diff), columns, paint),
    "",
    ...(diff.same
      ? [`${paint("green", "=")} they came to the same result`]
      : [`${paint("yellow", "~")} they came to different results`, ...valueLines(results, view)]),
    "",
    ...stepLines(histories, diff, view),
  ];
}

function factRows([a, b]: readonly [StoredRunHistory, StoredRunHistory], { usage }: RunDiff): Row[] {
  const now = Date.now();
  const times: Pair<number> = [lengthOf(a.record, now), lengthOf(b.record, now)];
  const costs: Pair<bigint | undefined> = [usage[0].costPico, usage[1].costPico];
  const rows: readonly Row[] = [
    { name: "pipeline", values: [oneLine(a.record.pipeline), oneLine(b.record.pipeline)] },
    { name: "status", values: [shownStatus(a.record), shownStatus(b.record)] },
    {
      name: "time",
      values: [formatDuration(times[0]), formatDuration(times[1])],
      delta: signed(times[1] - times[0], formatDuration(Math.abs(times[1] - times[0]))),
    },
    { name: "tokens", values: [tokens(usage[0]), tokens(usage[1])] },
    {
      name: "cost",
      values: [formatCost(usage[0]) ?? "", formatCost(usage[1]) ?? ""],
      delta: costDelta(costs),
    },
  ];
  return rows.filter(({ values }) => values[0] !== "" || values[1] !== "");
}

function tokens(usage: Usage): string {
  return formatTokens(usage)?.replace(" tokens", "") ?? "";
}

/** Nothing where what one of them cost is not known. */
function costDelta([first, second]: Pair<bigint | undefined>): string {
  if (first === undefined || second === undefined) return "";
  const more = second - first;
  return signed(more, formatDollars(more < 0n ? -more : more));
}

function signed(difference: number | bigint, amount: string): string {
  if (Number(difference) === 0) return "";
  return `${difference > 0 ? "+" : "-"}${amount}`;
}

/** The steps that differ, each with what it came to; those that do not in one line, unless all are to be seen. */
function stepLines(
  histories: readonly [StoredRunHistory, StoredRunHistory],
  { steps }: RunDiff,
  view: DiffView,
): string[] {
  const { all, paint } = view;
  const equal = steps.filter(({ change }) => change === "same").length;
  const shown = all ? steps : steps.filter(({ change }) => change !== "same");
  const [before, after] = [byPath(histories[0]), byPath(histories[1])];
  const [title = "", ...rows] = shown.length === 0 ? [] : formatTable(shown, stepColumns(view), paint);
  const lines = shown.flatMap(({ path, change }, index) => {
    const [a, b] = [before.get(path), after.get(path)];
    const values = change !== "changed" || a === undefined || b === undefined ? [] : [resultOf(a), resultOf(b)];
    return [rows[index] ?? "", ...(values.length === 0 ? [] : valueLines([values[0], values[1]], view))];
  });
  return [
    ...(all || equal === 0 ? [] : [`${paint("dim", "=")} ${plural(equal, "step")} came to the same; --all lists them`]),
    ...(shown.length === 0 ? [] : [title, ...lines]),
  ];
}

function stepColumns({ columns, paint }: DiffView): readonly Column<StepDiff>[] {
  const widest = Math.max(16, Math.floor(Math.min(columns, WIDEST_VALUE) * PATHS));
  return [
    { title: "", cell: ({ change }) => paint(MARKS[change][1], MARKS[change][0]) },
    { title: "STEP", cell: ({ path }) => cutStart(oneLine(path), widest) },
    {
      title: "TIME",
      cell: ({ durationMs }) => fromTo(durationMs.map((ms) => (ms === undefined ? "" : formatDuration(ms)))),
    },
    { title: "COST", cell: (step) => fromTo(costs(step)) },
  ];
}

/** What a step cost, where it cost anything. */
function costs({ change, costPico }: StepDiff): readonly string[] {
  const present = [change !== "only-second", change !== "only-first"];
  return costPico.map((pico, index) => {
    if (pico === undefined) return present[index] ? "unknown" : "";
    return pico === 0n ? "" : formatDollars(pico);
  });
}

/** `2ms → 3ms`; once where both are the same, or only one of them is. */
function fromTo(texts: readonly string[]): string {
  return [...new Set(texts)].filter((text) => text !== "").join(" → ");
}

function valueLines(values: Pair<unknown>, { columns, paint }: DiffView): string[] {
  const indent = " ".repeat(5);
  const [a, b] = shortPair(values, Math.max(1, Math.min(columns, WIDEST_VALUE) - indent.length - 2));
  return [`${indent}${paint("red", "-")} ${a}`, `${indent}${paint("green", "+")} ${b}`];
}
