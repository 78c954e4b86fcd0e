import { type PlaceKind, parentPath, pathEnd } from "@flujo/core";
import type { RunEvent } from "@flujo/core/protocols";
import { addSpending, NOTHING_SPENT, type Spending } from "../format/usage.ts";

/** How a step stands. `retrying`: an attempt failed and the next one has not begun. */
export type StepState = "running" | "retrying" | "completed" | "failed" | "paused" | "cancelled";

export type RunState = "running" | "paused" | "completed" | "failed" | "cancelled" | "interrupted";

/** A step as far as its events have told. */
export interface StepNode {
  readonly path: string;
  readonly label: string;
  readonly place: PlaceKind;
  /** An item's or iteration's. */
  readonly number: number | undefined;
  /** Absent for a place that has no step of its own: an item, an iteration, a branch around other steps. */
  state?: StepState;
  kind?: string;
  /** Milliseconds since the epoch. */
  startedAt?: number;
  durationMs?: number;
  /** The attempt that is being made, or was the last. From 1. */
  attempt: number;
  retry?: { readonly at: number; readonly reason: string };
  /** Whether the outcome was recorded before this drive of the run. */
  replayed: boolean;
  decision?: { readonly name: string; readonly value: unknown };
  /** How many children it runs side by side, in all. */
  lanes?: number;
  error?: string;
  spent?: Spending;
  /** The end of the text that it has sent so far. */
  streamed: string;
  readonly children: StepNode[];
}

/** Characters of streamed text that are kept: more than a line of a terminal shows. */
const KEPT_TEXT = 400;

/**
 * What is known of one drive of a run: its events, in order, made into a tree of steps.
 * Knows nothing of time or terminals.
 */
export class RunTree {
  readonly runId: string;
  readonly root: StepNode = newNode("");
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  pipeline = "";
  resumed = false;
  state: RunState = "running";
  /** Milliseconds since the epoch; absent while it runs. */
  endedAt: number | undefined;
  readonly #nodes = new Map<string, StepNode>([["", this.root]]);

  /** @param first - any event of the run; it still has to be applied */
  constructor(first: RunEvent) {
    this.runId = first.runId;
    this.startedAt = first.time;
  }

  apply(event: RunEvent): void {
    switch (event.type) {
      case "run-start":
        this.pipeline = event.pipeline;
        this.resumed = event.resumed;
        return;
      case "run-pause":
        this.#end("paused", event.time);
        return;
      case "run-end":
        this.#end(event.status, event.time);
        return;
      case "run-interrupt":
        this.#end("interrupted", event.time);
        return;
      // Of the process, and not of any step.
      case "circuit-change":
      case "load-change":
        return;
      default:
        applyToStep(this.#node(event.path), event);
    }
  }

  #end(state: RunState, time: number): void {
    this.state = state;
    this.endedAt = time;
  }

  #node(path: string): StepNode {
    const known = this.#nodes.get(path);
    if (known !== undefined) return known;
    const node = newNode(path);
    this.#nodes.set(path, node);
    insert(this.#node(parentPath(path)).children, node);
    return node;
  }
}

type EventAtStep = Extract<RunEvent, { readonly path: string }>;

function applyToStep(node: StepNode, event: EventAtStep): void {
  switch (event.type) {
    case "step-start":
      node.state = "running";
      node.kind = event.kind;
      node.startedAt ??= event.time;
      return;
    case "step-retry":
      node.state = "retrying";
      node.attempt = event.attempt + 1;
      node.retry = { at: event.time + event.delayMs, reason: event.error.message };
      node.streamed = "";
      return;
    case "step-end":
      node.state = event.status;
      node.kind = event.kind;
      node.startedAt ??= event.time - event.durationMs;
      node.durationMs = event.durationMs;
      node.attempt = Math.max(1, event.attempts);
      node.replayed = event.replayed;
      node.spent = event.usage;
      if (event.error !== undefined) node.error = event.error.message;
      return;
    case "step-fan-out":
      node.lanes = event.lanes;
      return;
    case "step-decision":
      node.decision = { name: event.decision, value: event.value };
      return;
    case "step-chunk":
      node.streamed = (node.streamed + textOf(event.chunk)).slice(-KEPT_TEXT);
      return;
    case "step-log":
    case "step-usage":
      return;
  }
}

/** Text in a chunk: the chunk itself, or what it has under `text`. */
function textOf(chunk: unknown): string {
  if (typeof chunk === "string") return chunk;
  const text = (chunk as { text?: unknown } | null | undefined)?.text;
  return typeof text === "string" ? text : "";
}

function newNode(path: string): StepNode {
  const { kind: place, label, number } = pathEnd(path);
  return { path, label, place, number, attempt: 1, replayed: false, streamed: "", children: [] };
}

/** Steps stand in the order in which they began, items and iterations in that of their numbers. */
function insert(siblings: StepNode[], node: StepNode): void {
  const { number } = node;
  if (number === undefined) siblings.push(node);
  else siblings.splice(siblings.findLastIndex((sibling) => (sibling.number ?? -1) < number) + 1, 0, node);
}

/** How a node stands; one without a step of its own stands as its children do. */
export function stateOf(node: StepNode): StepState {
  if (node.state !== undefined) return node.state;
  let state: StepState = "running";
  for (const child of node.children) {
    state = stateOf(child);
    if (state === "running" || state === "retrying" || state === "paused") return state;
  }
  return state;
}

export function isOver(node: StepNode): boolean {
  const state = stateOf(node);
  return state !== "running" && state !== "retrying";
}

/** When a node, or the first thing in it, began; milliseconds since the epoch. */
export function startOf(node: StepNode): number | undefined {
  return (
    node.startedAt ??
    node.children.reduce<number | undefined>((first, child) => least(first, startOf(child)), undefined)
  );
}

/** How long a finished node took, in milliseconds. */
export function durationOf(node: StepNode): number | undefined {
  if (node.durationMs !== undefined || node.state !== undefined) return node.durationMs;
  const start = startOf(node);
  const end = node.children.reduce(
    (last, child) => Math.max(last, (startOf(child) ?? 0) + (durationOf(child) ?? 0)),
    0,
  );
  return start === undefined ? undefined : Math.max(0, end - start);
}

function least(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

/** What a node and all in it have used, as far as is known while it runs. */
export function spentIn(node: StepNode): Spending {
  if (node.spent !== undefined) return node.spent;
  let sum = NOTHING_SPENT;
  for (const child of node.children) {
    const spent = spentIn(child);
    if (spent.requests > 0) sum = addSpending(sum, spent);
  }
  return sum;
}
