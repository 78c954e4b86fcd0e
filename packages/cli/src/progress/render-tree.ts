import { formatDuration } from "../format/duration.ts";
import type { Paint, Style } from "../format/paint.ts";
import { cutStart, oneLine, plural, width } from "../format/text.ts";
import { formatUsage } from "../format/usage.ts";
import { withoutBarePlaces } from "../path/bare-places.ts";
import {
  durationOf,
  isOver,
  type RunState,
  type RunTree,
  type StepNode,
  type StepState,
  spentIn,
  startOf,
  stateOf,
} from "./run-tree.ts";
import { paintSegments, type Segment } from "./segments.ts";

export interface RenderOptions {
  /** Of the terminal. No line is wider. */
  readonly columns: number;
  /** Most lines. At least 1. */
  readonly rows: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Counts up as time goes by: turns the spinner. */
  readonly frame: number;
  readonly paint: Paint;
}

/** One line to be. */
interface Row {
  readonly depth: number;
  readonly mark: Segment;
  readonly left: readonly Segment[];
  readonly right: string;
}

/**
 * How much is left out, from fold to fold more: nothing; what is in finished steps, except where
 * a failure came from; finished siblings, but for a line that counts them; that line too, inside other steps.
 */
const FOLDS = ["nothing", "closed", "grouped", "active"] as const;
type Fold = (typeof FOLDS)[number];

const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const MARKS: Readonly<Record<Exclude<StepState | RunState, "running">, Segment>> = {
  retrying: { text: "↻", style: "yellow" },
  completed: { text: "✓", style: "green" },
  failed: { text: "✗", style: "red" },
  paused: { text: "‖", style: "yellow" },
  cancelled: { text: "–", style: "dim" },
  interrupted: { text: "‖", style: "yellow" },
};
/** Where the column of times ends: on a wide terminal it stays near the names. */
const WIDEST = 100;
/** The part of a line that time and usage may take from the names. */
const MOST_FACTS = 0.5;
/** Below this, times take more room than they are worth. */
const NARROWEST_WITH_TIMES = 30;

/**
 * Draws a run as a tree, one line a step. If there are more lines than room, finished steps hide what is in
 * them, then finished siblings become one line, and at last the lines that are left over are cut.
 */
export function renderRun(tree: RunTree, options: RenderOptions): string[] {
  const room = Math.max(1, options.rows);
  const first = header(tree, options);
  for (const fold of FOLDS) {
    const rows = layOut(first, tree, fold, options, room + 1);
    if (rows.length <= room) return rows.map((row) => paintRow(row, options));
  }
  const rows = layOut(first, tree, "active", options, Infinity);
  return [...rows.slice(0, room - 1).map((row) => paintRow(row, options)), paintRest(rows, room, options)];
}

function paintRest(rows: readonly Row[], room: number, { columns, paint }: RenderOptions): string {
  return paintSegments(
    [{ text: `  … and ${plural(rows.length - room + 1, "more line")}`, style: "dim" }],
    columns,
    paint,
  );
}

function layOut(first: Row, tree: RunTree, fold: Fold, options: RenderOptions, limit: number): Row[] {
  const rows: Row[] = [first];
  const running = tree.endedAt === undefined;
  addChildren(tree.root.children, 1);
  return rows;

  function addChildren(nodes: readonly StepNode[], depth: number): void {
    const grouping = fold === "grouped" || fold === "active";
    const done = grouping ? nodes.filter((node) => stateOf(node) === "completed").length : 0;
    const inOneLine = done > 1 || (fold === "active" && depth > 1);
    if (done > 1 && (fold === "grouped" || depth === 1)) rows.push(grouped(done, depth));
    for (const node of nodes) {
      if (rows.length >= limit) return;
      if (grouping && inOneLine && stateOf(node) === "completed") continue;
      const { shown, label } = withoutBarePlaces(
        node,
        (each) => each.label,
        ({ state }) => state === undefined,
      );
      rows.push(stepRow(shown, label, depth, running, options));
      addChildren(fold === "nothing" ? shown.children : childrenOf(shown), depth + 1);
    }
  }
}

/** What is worth a line in a step: nothing once it is finished, except where a failure came from. */
function childrenOf(node: StepNode): readonly StepNode[] {
  if (!isOver(node)) return node.children;
  return stateOf(node) === "failed" ? node.children.filter((child) => stateOf(child) === "failed") : [];
}

/** No event says that the wait before an attempt is over: the clock does. */
function stateAt(node: StepNode, now: number): StepState {
  const state = stateOf(node);
  return state === "retrying" && node.retry !== undefined && node.retry.at <= now ? "running" : state;
}

function grouped(count: number, depth: number): Row {
  return { depth, mark: MARKS.completed, left: [{ text: `${count} done`, style: "dim" }], right: "" };
}

function header(tree: RunTree, { columns, now, frame }: RenderOptions): Row {
  const time = formatDuration((tree.endedAt ?? now) - tree.startedAt);
  const used = formatUsage(spentIn(tree.root));
  const both = used === undefined ? time : `${used}  ${time}`;
  const state = tree.state === "running" ? [] : [{ text: `  ${tree.state}` }];
  const resumed = tree.resumed && tree.state === "running" ? [{ text: "  resumed", style: "dim" } as const] : [];
  return {
    depth: 0,
    mark: tree.state === "running" ? spinner(frame) : MARKS[tree.state],
    left: [
      { text: oneLine(tree.pipeline), style: "bold" },
      ...state,
      ...resumed,
      { text: `  ${tree.runId}`, style: "dim" },
    ],
    right: width(both) <= columns * MOST_FACTS ? both : time,
  };
}

function stepRow(node: StepNode, label: string, depth: number, running: boolean, { now, frame }: RenderOptions): Row {
  const state = stateAt(node, now);
  // What was still at work when the driver stopped is neither done nor failed.
  const stopped = !running && (state === "running" || state === "retrying");
  return {
    depth,
    mark: stopped ? MARKS.cancelled : state === "running" ? spinner(frame) : MARKS[state],
    left: [{ text: oneLine(label) }, ...progress(node), ...(stopped ? [] : notes(node, state, now))],
    right: elapsed(node, state, stopped, now),
  };
}

/** How many items or branches are over, of all that there are; the iteration that a loop is in. */
function progress(node: StepNode): Segment[] {
  if (node.kind === "loop") return node.children.slice(-1).map(({ label }) => ({ text: `  ${label}`, style: "cyan" }));
  if (node.lanes === undefined) return [];
  const over = node.children.filter((child) => {
    const state = child.place === "item" || child.place === "branch" ? stateOf(child) : undefined;
    return state === "completed" || state === "failed";
  });
  return [{ text: `  ${over.length}/${node.lanes}`, style: "cyan" }];
}

function notes(node: StepNode, state: StepState, now: number): Segment[] {
  const attempt: Segment[] =
    node.attempt > 1 && state !== "retrying" ? [{ text: `  attempt ${node.attempt}`, style: "yellow" }] : [];
  return [...attempt, ...note(node, state, now)];
}

function note(node: StepNode, state: StepState, now: number): Segment[] {
  const { retry, error, decision } = node;
  if (state === "retrying" && retry !== undefined) {
    return say(`again in ${formatDuration(retry.at - now)}: ${retry.reason}`, "yellow");
  }
  // A composite fails of what failed in it, which says so itself.
  if (state === "failed" && error !== undefined && node.children.every((child) => stateOf(child) !== "failed"))
    return say(error, "red");
  if (node.kind === "human")
    return state === "paused" && typeof decision?.value === "string" ? say(decision.value, "yellow") : [];
  if (state === "running" && node.streamed !== "") return say(cutStart(oneLine(node.streamed), 48), "dim");
  const decided = decision === undefined ? undefined : decisionText(decision.value);
  return decided === undefined ? [] : say(`→ ${decided}`, "dim");
}

function say(text: string, style: Style): Segment[] {
  return [{ text: `  ${oneLine(text)}`, style }];
}

/** What was decided, in a word. A loop's decision is whether it is done. */
export function decisionText(value: unknown): string | undefined {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return String(value);
  const done = (value as { done?: unknown } | null | undefined)?.done;
  return typeof done === "boolean" ? (done ? "done" : "again") : undefined;
}

function elapsed(node: StepNode, state: StepState, stopped: boolean, now: number): string {
  if (node.replayed) return "recorded";
  if (state === "paused" || stopped) return "";
  const start = startOf(node);
  const ms = isOver(node) ? durationOf(node) : start === undefined ? undefined : now - start;
  return ms === undefined ? "" : formatDuration(ms);
}

function spinner(frame: number): Segment {
  return { text: SPINNER[frame % SPINNER.length] as string, style: "cyan" };
}

function paintRow({ depth, mark, left, right }: Row, { columns, paint }: RenderOptions): string {
  const room = Math.min(columns, WIDEST);
  const times = room >= NARROWEST_WITH_TIMES && right !== "" ? `  ${right}` : "";
  const segments = [{ text: "  ".repeat(depth) }, mark, { text: " " }, ...left];
  const line = paintSegments(segments, room - times.length, paint, times !== "");
  return times === "" ? line : line + paint("dim", times);
}
