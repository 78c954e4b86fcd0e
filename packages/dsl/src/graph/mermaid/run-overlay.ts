import { graphPath } from "../path.ts";

/** A run to be laid over a drawing. What a runner returns is one. */
export interface RunOverlay {
  /** Each step whose outcome is recorded; a step in a loop or a map once for each time it ran. */
  readonly steps: readonly RunOverlayStep[];
  /** Steps that wait for an answer. */
  readonly awaiting?: readonly { readonly path: string }[];
}

/** What a drawing needs to know of one step of a run. */
export interface RunOverlayStep {
  /** Its path in the run: `refine#3/critique`. */
  readonly path: string;
  readonly status: "completed" | "failed" | "cancelled";
  readonly durationMs: number;
  readonly usage?: {
    /** `undefined` if it is not known. */
    readonly costUsd?: number | undefined;
    readonly totalTokens?: number | undefined;
  };
}

/** How a step of the graph stands in a run; `mixed` if it ran several times and not always with one outcome. */
export type NodeStatus = RunOverlayStep["status"] | "paused" | "mixed";

/** What a run did at one place of the graph. */
export interface NodeRecord {
  readonly status: NodeStatus;
  /** What is written below the name: `×3, 1 failed`, `1.2 s`, `$0.004`. */
  readonly notes: readonly string[];
}

/** What a run did, by place in the graph instead of path in the run. */
export class OverlayIndex {
  readonly #steps = new Map<string, RunOverlayStep[]>();
  readonly #waiting = new Set<string>();

  constructor(run: RunOverlay) {
    for (const step of run.steps) {
      const path = graphPath(step.path);
      const others = this.#steps.get(path);
      if (others === undefined) this.#steps.set(path, [step]);
      else others.push(step);
    }
    for (const { path } of run.awaiting ?? []) this.#waiting.add(graphPath(path));
  }

  /** What the run did at these places together, or `undefined` if it came to none of them. */
  record(paths: readonly string[]): NodeRecord | undefined {
    const steps = paths.flatMap((path) => this.#steps.get(path) ?? []);
    const waits = paths.some((path) => this.#waiting.has(path));
    const [first] = steps;
    if (first === undefined) return waits ? { status: "paused", notes: ["waits"] } : undefined;
    const mixed = steps.some(({ status }) => status !== first.status);
    const notes = [outcomeNote(steps, paths.length), durationText(steps), costText(steps), waits ? "waits" : ""];
    return {
      status: waits ? "paused" : mixed ? "mixed" : first.status,
      notes: notes.filter((note) => note !== ""),
    };
  }
}

/** How often it ran and what went wrong. How often several steps ran together says nothing. */
function outcomeNote(steps: readonly RunOverlayStep[], places: number): string {
  const times = steps.length > 1 && places === 1 ? [`×${steps.length}`] : [];
  const bad = (["failed", "cancelled"] as const).flatMap((status) => {
    const count = steps.filter((step) => step.status === status).length;
    if (count === 0) return [];
    return [count === steps.length ? status : `${count} ${status}`];
  });
  return [...times, ...bad].join(", ");
}

function durationText(steps: readonly RunOverlayStep[]): string {
  const durationMs = steps.reduce((sum, step) => sum + step.durationMs, 0);
  if (durationMs < 999.5) return `${Math.round(durationMs)} ms`;
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** What it cost; unknown is not nothing, and then the tokens have to do. */
function costText(steps: readonly RunOverlayStep[]): string {
  const usages = steps.flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
  if (usages.length === 0) return "";
  const costUsd = sum(usages.map((usage) => usage.costUsd));
  if (costUsd === 0) return "";
  if (costUsd !== undefined) return `$${Number(costUsd.toPrecision(3))}`;
  const tokens = sum(usages.map((usage) => usage.totalTokens));
  return tokens === undefined ? "cost unknown" : `${tokens} tokens, cost unknown`;
}

/** `undefined` as soon as one of them is. */
function sum(amounts: readonly (number | undefined)[]): number | undefined {
  return amounts.reduce(
    (total, amount) => (total === undefined || amount === undefined ? undefined : total + amount),
    0,
  );
}
