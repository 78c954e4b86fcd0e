import type { JournalEntry } from "@flujo/core/protocols";
import { describe, expect, it } from "vitest";
import { plainPaint } from "../../src/format/paint.ts";
import { width } from "../../src/format/text.ts";
import { renderTrace } from "../../src/lens/render-trace.ts";
import { Timeline } from "../../src/lens/timeline.ts";
import { spanOf, statusOf, type TraceNode, traceTree } from "../../src/lens/trace-tree.ts";

function entry(path: string, startedAt: number, endedAt: number, part: Partial<JournalEntry> = {}): JournalEntry {
  return {
    path,
    kind: "step",
    name: path,
    status: "completed",
    output: "null",
    attempts: 1,
    startedAt,
    endedAt,
    ...part,
  };
}

function decision(path: string, at: number, value: unknown): JournalEntry {
  const name = path.slice(path.lastIndexOf(":") + 1);
  return entry(path, at, at, { kind: "decision", name, output: JSON.stringify(value) });
}

function outline(nodes: readonly TraceNode[]): unknown {
  return nodes.map(({ path, children }) => (children.length === 0 ? path : { [path]: outline(children) }));
}

describe("traceTree", () => {
  it("makes a tree of what was recorded from the inside out, steps in the order in which they began, items in theirs", () => {
    const tree = traceTree(
      [
        entry("pages@1/words", 10, 30),
        entry("pages@0/words", 11, 40),
        entry("pages", 10, 40, { kind: "map" }),
        entry("fetch", 0, 10),
      ],
      [],
    );
    expect(outline(tree.children)).toEqual([
      "fetch",
      { pages: [{ "pages@0": ["pages@0/words"] }, { "pages@1": ["pages@1/words"] }] },
    ]);
  });

  it("keeps failed attempts with their step, also while it has not settled", () => {
    const attempt = entry("fetch:attempt#1", 0, 5, { kind: "attempt", status: "failed", error: '{"message":"busy"}' });
    const tree = traceTree([attempt], []);
    expect(outline(tree.children)).toEqual(["fetch"]);
    expect(tree.children[0]?.entry).toBeUndefined();
    expect(tree.children[0]?.failedAttempts).toEqual([attempt]);
    expect(renderTrace(tree, { columns: 60, paint: plainPaint })).toEqual(["· fetch  5ms  1 attempt: busy"]);
  });

  it("says what came from the cache", () => {
    const tree = traceTree([entry("fetch", 0, 5, { attempts: 0 })], []);
    expect(renderTrace(tree, { columns: 60, paint: plainPaint })).toEqual(["✓ fetch  5ms  from the cache"]);
  });

  it("keeps decisions with their step, and those of a second attempt with that", () => {
    const tree = traceTree(
      [decision("route:on", 5, "bug"), decision("route!2:on", 9, "question"), entry("route", 5, 10)],
      [],
    );
    const [route] = tree.children as [TraceNode];
    expect(route.decisions.map(({ path }) => path)).toEqual(["route:on"]);
    expect(route.children[0]?.decisions.map(({ path }) => path)).toEqual(["route!2:on"]);
  });

  it("takes a place for completed only if all in it is", () => {
    const [pages] = traceTree(
      [entry("pages@0/a", 1, 2), entry("pages@0/b", 2, 3), entry("pages@1/a", 1, 2, { status: "failed" })],
      [],
    ).children as [TraceNode];
    expect(pages.children.map(statusOf)).toEqual(["completed", "failed"]);
    expect(statusOf(pages)).toBe("failed");
    expect(statusOf(traceTree([], [{ token: "t", path: "each@2/approve", prompt: "Well?" }]))).toBe("paused");
  });

  it("has a place for what the run waits for", () => {
    const tree = traceTree([], [{ token: "t", path: "each@2/approve", prompt: "Well?" }]);
    expect(tree.children[0]?.children[0]?.children[0]?.awaiting?.prompt).toBe("Well?");
  });

  it("takes the time of a place from what is in it", () => {
    const [pages] = traceTree([entry("pages@0/a", 10, 20), entry("pages@0/b", 25, 40)], []).children as [TraceNode];
    expect(spanOf(pages)).toEqual({ start: 10, end: 40 });
  });
});

describe("Timeline", () => {
  it("is even where something is always done", () => {
    const timeline = new Timeline([
      { start: 0, end: 60 },
      { start: 50, end: 100 },
    ]);
    expect([0, 25, 50, 100].map((time) => timeline.position(time))).toEqual([0, 0.25, 0.5, 1]);
  });

  it("draws a night short", () => {
    const night = 8 * 3_600_000;
    const timeline = new Timeline([
      { start: 0, end: 100 },
      { start: night, end: night + 100 },
    ]);
    expect(timeline.position(100)).toBeCloseTo(100 / 216);
    expect(timeline.position(night)).toBeCloseTo(116 / 216);
    expect(timeline.position(100 + (night - 100) / 2)).toBeCloseTo(108 / 216);
    expect(timeline.position(night + 100)).toBe(1);
  });

  it("is no trouble where nothing was recorded, or nothing took any time", () => {
    expect(new Timeline([]).position(5)).toBe(0);
    expect(new Timeline([{ start: 5, end: 5 }]).position(5)).toBe(0);
  });
});

describe("renderTrace", () => {
  const failure = JSON.stringify({
    name: "StepFailedError",
    code: "step_failed",
    category: "unknown",
    retryable: true,
    message: "no\nroute",
  });
  const tree = traceTree(
    [
      entry("fetch", 0, 1000, { attempts: 2 }),
      decision("route:on", 1000, "bug"),
      entry("route[bug]/triage", 1000, 2000),
      entry("route", 1000, 2000, { kind: "branch" }),
      decision("polish:until#1", 2100, { done: false, next: 1 }),
      decision("polish:until#2", 2200, { done: true }),
      entry("polish", 2000, 4000, { kind: "loop", status: "failed", error: failure }),
    ],
    [],
  );

  it("draws names, when each ran, how long, and what it came to", () => {
    expect(renderTrace(tree, { columns: Infinity, paint: plainPaint })).toEqual([
      "✓ fetch             ━━━━━━                    1.0s  2 attempts",
      "✓ route                   ──────              1.0s  on → bug",
      " └─ ✓ bug › triage        ━━━━━━              1.0s",
      "✗ polish                        ━━━━━━━━━━━━  2.0s  until → again, done  step_failed: no route",
    ]);
  });

  it.each([10, 40, 71, 72, 100])("is never wider than %d columns", (columns) => {
    for (const line of renderTrace(tree, { columns, paint: plainPaint }))
      expect(width(line)).toBeLessThanOrEqual(columns);
  });
});
