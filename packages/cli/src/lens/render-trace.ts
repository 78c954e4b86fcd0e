import { pathEnd } from "@flujo/core";
import type { RunTrace, TraceAttempt, TraceSpan } from "@flujo/core/protocols";
import { formatDuration } from "../format/duration.ts";
import { storedErrorFacts } from "../format/error.ts";
import type { Paint, Style } from "../format/paint.ts";
import { oneLine, padStart, plural, width } from "../format/text.ts";
import { formatUsage } from "../format/usage.ts";
import { withoutBarePlaces } from "../path/bare-places.ts";
import { decisionText } from "../progress/render-tree.ts";
import { paintSegments, type Segment } from "../progress/segments.ts";
import { type Span, Timeline } from "./timeline.ts";

export interface TraceOptions {
  /** No line is wider. Infinity for what is no terminal. */
  readonly columns: number;
  readonly paint: Paint;
}

/** One line to be. */
interface Row {
  readonly node: TraceSpan;
  readonly label: string;
  /** The lines that tie it to the step around it. */
  readonly guide: string;
  readonly span: Span | undefined;
}

const BAR_COLUMNS = 24;
/** Below this the bars take more room than they are worth. */
const NARROWEST_WITH_BARS = 72;
/** The part of a terminal that names get at most. */
const NAMES = 0.45;

/** Draws what is recorded of a run as a tree: a line a step, with when it ran, how long, and what it came to. */
export function renderTrace({ root }: Pick<RunTrace, "root">, { columns, paint }: TraceOptions): string[] {
  const rows = rowsOf(root.children, "");
  const timeline = new Timeline(
    rows.flatMap(({ node, span }) => (node.children.length === 0 && span !== undefined ? [span] : [])),
  );
  const longest = Math.max(0, ...rows.map(({ label, guide }) => width(guide) + width(label) + 2));
  const nameColumns = Math.min(longest, Math.floor(columns * NAMES));
  const timeColumns = Math.max(0, ...rows.map(({ span }) => width(duration(span))));
  return rows.map((row) => {
    const named = [{ text: row.guide, style: "dim" } as const, mark(row.node), { text: " " }, { text: row.label }];
    const bar = columns < NARROWEST_WITH_BARS ? "" : `  ${drawBar(row, timeline, paint)}`;
    const time = `  ${paint("dim", padStart(duration(row.span), timeColumns))}`;
    const taken = nameColumns + (bar === "" ? 0 : BAR_COLUMNS + 2) + timeColumns + 2;
    const rest = paintSegments(notes(row.node), columns - taken, paint);
    return (paintSegments(named, nameColumns, paint, true) + bar + time + rest).trimEnd();
  });
}

function rowsOf(nodes: readonly TraceSpan[], guide: string, depth = 0): Row[] {
  return nodes.flatMap((node, index) => {
    const { shown, label } = withoutBarePlaces(node, ({ path }) => pathEnd(path).label, isBare);
    const isLast = index === nodes.length - 1;
    const own = depth === 0 ? "" : `${guide}${isLast ? "└─ " : "├─ "}`;
    const below = depth === 0 ? " " : `${guide}${isLast ? "   " : "│  "}`;
    return [
      { node: shown, label: oneLine(label), guide: own, span: timeOf(shown) },
      ...rowsOf(shown.children, below, depth + 1),
    ];
  });
}

function timeOf({ startedAt, durationMs }: TraceSpan): Span | undefined {
  return startedAt === undefined || durationMs === undefined
    ? undefined
    : { start: startedAt, end: startedAt + durationMs };
}

function isBare({ kind, awaiting, decisions, failedAttempts, forkedFrom }: TraceSpan): boolean {
  const notes = [kind, awaiting, forkedFrom, ...decisions, ...failedAttempts];
  return notes.every((note) => note === undefined);
}

function mark({ status }: TraceSpan): Segment {
  switch (status) {
    case "completed":
      return { text: "✓", style: "green" };
    case "failed":
      return { text: "✗", style: "red" };
    case "paused":
      return { text: "‖", style: "yellow" };
    case "unsettled":
      return { text: "·", style: "dim" };
  }
}

function duration(span: Span | undefined): string {
  return span === undefined ? "" : formatDuration(span.end - span.start);
}

function drawBar({ node, span }: Row, timeline: Timeline, paint: Paint): string {
  if (span === undefined) return " ".repeat(BAR_COLUMNS);
  const from = Math.min(BAR_COLUMNS - 1, Math.floor(timeline.position(span.start) * BAR_COLUMNS));
  const to = Math.max(from + 1, Math.round(timeline.position(span.end) * BAR_COLUMNS));
  const style: Style = node.status === "failed" ? "red" : node.children.length > 0 ? "dim" : "cyan";
  return (
    " ".repeat(from) +
    paint(style, (node.children.length > 0 ? "─" : "━").repeat(to - from)) +
    " ".repeat(BAR_COLUMNS - to)
  );
}

function notes(node: TraceSpan): Segment[] {
  const { kind, usage, awaiting, decisions, failedAttempts, omitted, forkedFrom } = node;
  const used = usage === undefined ? undefined : formatUsage(usage);
  return [
    ...(forkedFrom === undefined ? [] : [{ text: `  forked from ${oneLine(forkedFrom)}`, style: "blue" } as const]),
    ...(kind !== undefined && node.attempts === 0
      ? [{ text: omitted ? "  left out" : "  from the cache", style: "dim" } as const]
      : []),
    ...attempts(node.attempts, failedAttempts.at(-1)),
    ...(used === undefined ? [] : [{ text: `  ${used}`, style: "dim" } as const]),
    ...(awaiting === undefined
      ? decided(decisions.filter(({ name }) => name !== "omitted"))
      : [{ text: `  asks: ${oneLine(awaiting.prompt)}`, style: "yellow" } as const]),
    ...failed(node),
  ];
}

/** How many there were, if more than one, and why the last of those that were not the end failed. */
function attempts(count: number, failed: TraceAttempt | undefined): Segment[] {
  if (count < 2 && failed === undefined) return [];
  const reason = failed === undefined ? "" : `: ${oneLine(failed.error.message)}`;
  return [{ text: `  ${plural(count, "attempt")}${reason}`, style: "yellow" }];
}

/** What was decided: `on → bug`; a loop decides after each iteration: `until → again, again, done`. */
function decided(decisions: TraceSpan["decisions"]): Segment[] {
  const byName = new Map<string, string[]>();
  for (const decision of decisions) {
    const text = "value" in decision ? decisionText(decision.value) : undefined;
    const base = decision.name.replace(/#\d+$/, "");
    if (text !== undefined) byName.set(base, [...(byName.get(base) ?? []), oneLine(text)]);
  }
  return [...byName].map(([base, texts]) => ({ text: `  ${base} → ${texts.join(", ")}`, style: "dim" }));
}

/** A composite fails of what failed in it, which says so itself. */
function failed({ error, children }: TraceSpan): Segment[] {
  if (error === undefined || children.some((child) => child.kind !== undefined && child.status === "failed")) return [];
  const { code = "failed", message } = storedErrorFacts(error);
  return [{ text: `  ${oneLine(`${code}: ${message}`)}`, style: "red" }];
}
