import type { JournalEntry } from "@flujo/core/protocols";
import { formatDuration } from "../format/duration.ts";
import type { Paint, Style } from "../format/paint.ts";
import { oneLine, padStart, plural, width } from "../format/text.ts";
import { formatUsage } from "../format/usage.ts";
import { withoutBarePlaces } from "../path/bare-places.ts";
import { decisionText } from "../progress/render-tree.ts";
import { paintSegments, type Segment } from "../progress/segments.ts";
import { forkedFrom } from "./fork-origin.ts";
import { readError, readValue } from "./stored-value.ts";
import { Timeline } from "./timeline.ts";
import { type Span, spanOf, statusOf, type TraceNode } from "./trace-tree.ts";

export interface TraceOptions {
  /** No line is wider. Infinity for what is no terminal. */
  readonly columns: number;
  readonly paint: Paint;
}

/** One line to be. */
interface Row {
  readonly node: TraceNode;
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
export function renderTrace(root: TraceNode, { columns, paint }: TraceOptions): string[] {
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

function rowsOf(nodes: readonly TraceNode[], guide: string, depth = 0): Row[] {
  return nodes.flatMap((node, index) => {
    const { shown, label } = withoutBarePlaces(node, isBare);
    const isLast = index === nodes.length - 1;
    const own = depth === 0 ? "" : `${guide}${isLast ? "└─ " : "├─ "}`;
    const below = depth === 0 ? " " : `${guide}${isLast ? "   " : "│  "}`;
    return [
      { node: shown, label: oneLine(label), guide: own, span: spanOf(shown) },
      ...rowsOf(shown.children, below, depth + 1),
    ];
  });
}

function isBare({ entry, awaiting, decisions, failedAttempts, fork }: TraceNode): boolean {
  const notes = [entry, awaiting, fork, ...decisions, ...failedAttempts];
  return notes.every((note) => note === undefined);
}

function mark(node: TraceNode): Segment {
  switch (statusOf(node)) {
    case "completed":
      return { text: "✓", style: "green" };
    case "failed":
      return { text: "✗", style: "red" };
    case "paused":
      return { text: "‖", style: "yellow" };
    case undefined:
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
  const style: Style = statusOf(node) === "failed" ? "red" : node.children.length > 0 ? "dim" : "cyan";
  return (
    " ".repeat(from) +
    paint(style, (node.children.length > 0 ? "─" : "━").repeat(to - from)) +
    " ".repeat(BAR_COLUMNS - to)
  );
}

function notes(node: TraceNode): Segment[] {
  const { entry, awaiting, decisions, failedAttempts, fork } = node;
  const used = entry?.usage === undefined ? undefined : formatUsage(entry.usage);
  return [
    ...(fork === undefined ? [] : [{ text: `  forked from ${oneLine(forkedFrom(fork))}`, style: "blue" } as const]),
    ...(entry?.attempts === 0
      ? [{ text: wasOmitted(node) ? "  left out" : "  from the cache", style: "dim" } as const]
      : []),
    ...attempts(entry?.attempts ?? failedAttempts.length, failedAttempts.at(-1)),
    ...(used === undefined ? [] : [{ text: `  ${used}`, style: "dim" } as const]),
    ...(awaiting === undefined
      ? decided(decisions.filter(({ name }) => name !== "omitted"))
      : [{ text: `  asks: ${oneLine(awaiting.prompt)}`, style: "yellow" } as const]),
    ...failed(node),
  ];
}

/** Whether it was an optional step that was left out under load. */
function wasOmitted({ decisions }: TraceNode): boolean {
  return decisions.some(({ name }) => name === "omitted");
}

/** How many there were, if more than one, and why the last of those that were not the end failed. */
function attempts(count: number, failed: JournalEntry | undefined): Segment[] {
  if (count < 2 && failed === undefined) return [];
  const reason = failed === undefined ? undefined : readError(failed)?.message;
  return [
    { text: `  ${plural(count, "attempt")}${reason === undefined ? "" : `: ${oneLine(reason)}`}`, style: "yellow" },
  ];
}

/** What was decided: `on → bug`; a loop decides after each iteration: `until → again, again, done`. */
function decided(decisions: TraceNode["decisions"]): Segment[] {
  const byName = new Map<string, string[]>();
  for (const { name: full, output } of decisions) {
    const text = output === undefined ? undefined : decisionText(readValue(output));
    const base = full.replace(/#\d+$/, "");
    if (text !== undefined) byName.set(base, [...(byName.get(base) ?? []), oneLine(text)]);
  }
  return [...byName].map(([base, texts]) => ({ text: `  ${base} → ${texts.join(", ")}`, style: "dim" }));
}

/** A composite fails of what failed in it, which says so itself. */
function failed({ entry, children }: TraceNode): Segment[] {
  if (entry?.error === undefined || children.some((child) => child.entry?.status === "failed")) return [];
  const error = readError(entry);
  return [{ text: `  ${oneLine(`${error?.code ?? "failed"}: ${error?.message ?? ""}`)}`, style: "red" }];
}
