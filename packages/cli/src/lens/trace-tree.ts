import type { Awaiting, JournalEntry } from "@flujo/core/protocols";
import { parentPath, pathEnd, stepPath } from "../path/step-path.ts";
import { isFork } from "./fork-origin.ts";

/** A step of a run, or a place between steps, with what is recorded of it. */
export interface TraceNode {
  readonly path: string;
  readonly label: string;
  /** An item's or iteration's. */
  readonly number: number | undefined;
  /** Absent for a place without a step of its own, and for a step that has not settled. */
  entry?: JournalEntry;
  /** What it asks, if the run waits for its answer. */
  awaiting?: Awaiting;
  /** What it decided, in order. */
  readonly decisions: JournalEntry[];
  /** Its attempts that failed and were followed by more work, in order. */
  readonly failedAttempts: JournalEntry[];
  /** That the run was forked from another here. */
  fork?: JournalEntry;
  readonly children: TraceNode[];
}

/** From when to when something lasted, in milliseconds since the epoch. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Makes a tree of a run's journal from the paths in it; the root stands for the run. Siblings are in order of their beginning. */
export function traceTree(entries: readonly JournalEntry[], awaiting: readonly Awaiting[]): TraceNode {
  const root = newNode("");
  const nodes = new Map([["", root]]);
  for (const entry of entries) {
    const node = nodeAt(nodes, stepPath(entry.path));
    if (entry.kind === "decision") node.decisions.push(entry);
    else if (entry.kind === "attempt") node.failedAttempts.push(entry);
    else if (isFork(entry)) node.fork = entry;
    else node.entry = entry;
  }
  for (const question of awaiting) nodeAt(nodes, question.path).awaiting = question;
  for (const node of nodes.values()) node.children.sort(inOrder);
  return root;
}

/**
 * How a node stands: as is recorded; a place without a step of its own as all that is in it. Undefined for
 * what has not settled, or has parts that have not.
 */
export function statusOf({ entry, awaiting, children }: TraceNode): "completed" | "failed" | "paused" | undefined {
  if (awaiting !== undefined) return "paused";
  if (entry !== undefined || children.length === 0) return entry?.status;
  const statuses = children.map(statusOf);
  const telling = (["failed", "paused", undefined] as const).find((status) => statuses.includes(status));
  return telling ?? (statuses.includes(undefined) ? undefined : "completed");
}

/** When a node, or all that is in it, lasted. Undefined where nothing is recorded. */
export function spanOf(node: TraceNode): Span | undefined {
  if (node.entry !== undefined) return { start: node.entry.startedAt, end: node.entry.endedAt };
  const notes = [...node.decisions, ...node.failedAttempts];
  const spans = [
    ...node.children.map(spanOf),
    ...notes.map((entry) => ({ start: entry.startedAt, end: entry.endedAt })),
  ];
  return spans.reduce(
    (whole, span) =>
      whole === undefined || span === undefined
        ? (whole ?? span)
        : { start: Math.min(whole.start, span.start), end: Math.max(whole.end, span.end) },
    undefined,
  );
}

/** Steps by when they began, items and iterations by their numbers. */
function inOrder(a: TraceNode, b: TraceNode): number {
  return a.number === undefined || b.number === undefined ? beginning(a) - beginning(b) : a.number - b.number;
}

function beginning(node: TraceNode): number {
  return spanOf(node)?.start ?? Number.MAX_SAFE_INTEGER;
}

function nodeAt(nodes: Map<string, TraceNode>, path: string): TraceNode {
  const known = nodes.get(path);
  if (known !== undefined) return known;
  const node = newNode(path);
  nodes.set(path, node);
  nodeAt(nodes, parentPath(path)).children.push(node);
  return node;
}

function newNode(path: string): TraceNode {
  const { label, number } = pathEnd(path);
  return { path, label, number, decisions: [], failedAttempts: [], children: [] };
}
