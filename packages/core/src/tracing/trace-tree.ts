import { ATTEMPT, CHECKPOINT, DECISION, FORK, PLAN } from "../journal/entry-kind.ts";
import { parentPath, pathEnd, stepPath } from "../journal/step-path.ts";
import { OMITTED } from "../journal/step-reports.ts";
import type { JournalEntry } from "../protocols/journal-entry.ts";
import type { Awaiting, StoredError } from "../protocols/run-record.ts";
import type { TraceAttempt, TraceDecision, TraceSpan } from "../protocols/trace-manager.ts";

/** How values are read that were stored. */
export interface StoredValues {
  value(text: string): unknown;
  error(text: string): StoredError;
}

/** What is recorded at one path and about it. */
interface Node {
  readonly path: string;
  entry?: JournalEntry;
  awaiting?: Awaiting;
  readonly decisions: JournalEntry[];
  readonly failedAttempts: JournalEntry[];
  fork?: JournalEntry;
  readonly children: Node[];
}

/** Makes a tree of a run's journal from the paths in it; the root, at the empty path, stands for the run. */
export function traceTree(
  entries: readonly JournalEntry[],
  awaiting: readonly Awaiting[],
  values: StoredValues,
): TraceSpan {
  const root = newNode("");
  const nodes = new Map([["", root]]);
  for (const entry of entries) {
    if (entry.kind === CHECKPOINT || entry.kind === PLAN) continue;
    const node = nodeAt(nodes, stepPath(entry.path));
    if (entry.kind === DECISION) node.decisions.push(entry);
    else if (entry.kind === ATTEMPT) node.failedAttempts.push(entry);
    else if (entry.kind === FORK) node.fork = entry;
    else node.entry = entry;
  }
  for (const question of awaiting) nodeAt(nodes, question.path).awaiting = question;
  return spanOf(root, values);
}

function nodeAt(nodes: Map<string, Node>, path: string): Node {
  const known = nodes.get(path);
  if (known !== undefined) return known;
  const node = newNode(path);
  nodes.set(path, node);
  nodeAt(nodes, parentPath(path)).children.push(node);
  return node;
}

function newNode(path: string): Node {
  return { path, decisions: [], failedAttempts: [], children: [] };
}

function spanOf(node: Node, values: StoredValues): TraceSpan {
  const { path, entry } = node;
  const children = inOrder(node.children.map((child) => spanOf(child, values)));
  const decisions = node.decisions.map((each) => decisionOf(each, values));
  const failedAttempts = node.failedAttempts.map((each) => attemptOf(each, values));
  // A run that goes on after a pause keeps the questions of that pause, the answered ones included.
  const awaiting = entry === undefined ? node.awaiting : undefined;
  return {
    path,
    name: entry?.name ?? node.failedAttempts[0]?.name ?? pathEnd(path).label,
    ...(entry === undefined ? {} : { kind: entry.kind }),
    status: awaiting === undefined ? (entry?.status ?? statusOf(children)) : "paused",
    ...(entry === undefined ? whole([...children, ...decisions, ...failedAttempts]) : lasted(entry)),
    attempts: entry?.attempts ?? failedAttempts.length,
    ...(entry?.usage === undefined ? {} : { usage: entry.usage }),
    ...(entry?.error === undefined ? {} : { error: values.error(entry.error) }),
    decisions,
    failedAttempts,
    ...(awaiting === undefined ? {} : { awaiting }),
    ...(node.fork?.output === undefined ? {} : { forkedFrom: String(values.value(node.fork.output)) }),
    ...(decisions.some(({ name }) => name === OMITTED) ? { omitted: true as const } : {}),
    children,
  };
}

function decisionOf(entry: JournalEntry, values: StoredValues): TraceDecision {
  const { path, name, output, error } = entry;
  return {
    path,
    name,
    ...lasted(entry),
    ...(output === undefined ? {} : { value: values.value(output) }),
    ...(error === undefined ? {} : { error: values.error(error) }),
  };
}

function attemptOf(entry: JournalEntry, values: StoredValues): TraceAttempt {
  const { attempts: attempt, usage, error } = entry;
  return {
    attempt,
    ...lasted(entry),
    ...(usage === undefined ? {} : { usage }),
    error: values.error(error as string),
  };
}

/** A place without a step of its own stands as the worst of what is in it. */
function statusOf(children: readonly TraceSpan[]): TraceSpan["status"] {
  const worst = (["failed", "paused", "unsettled"] as const).find((bad) =>
    children.some(({ status }) => status === bad),
  );
  return worst ?? (children.length === 0 ? "unsettled" : "completed");
}

function lasted({ startedAt, endedAt }: JournalEntry): { readonly startedAt: number; readonly durationMs: number } {
  return { startedAt, durationMs: endedAt - startedAt };
}

/** From the beginning of the first to the end of the last; nothing where nothing is recorded. */
function whole(parts: readonly Pick<TraceSpan, "startedAt" | "durationMs">[]): Partial<ReturnType<typeof lasted>> {
  let [startedAt, endedAt] = [Infinity, -Infinity];
  for (const part of parts) {
    if (part.startedAt === undefined || part.durationMs === undefined) continue;
    startedAt = Math.min(startedAt, part.startedAt);
    endedAt = Math.max(endedAt, part.startedAt + part.durationMs);
  }
  return endedAt < startedAt ? {} : { startedAt, durationMs: endedAt - startedAt };
}

/** Items by their numbers, and iterations; all others by when they began, so that an agent's turns stand among the calls of its tools. */
function inOrder(spans: TraceSpan[]): TraceSpan[] {
  const ends = spans.map(({ path }) => pathEnd(path));
  const isCounted = ends.every(({ kind, number }) => number !== undefined && kind === ends[0]?.kind);
  const place = isCounted ? ({ path }: TraceSpan) => pathEnd(path).number ?? 0 : beginning;
  return spans.sort((a, b) => place(a) - place(b));
}

function beginning({ startedAt = Number.MAX_SAFE_INTEGER }: TraceSpan): number {
  return startedAt;
}
